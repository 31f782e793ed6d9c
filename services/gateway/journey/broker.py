"""What the journey needs of the broker: to send a message and wait a little for its reply."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from shared.contracts.message import Message, Reply


@dataclass(frozen=True)
class SendResult:
    """Whether the broker has the message, and the reply if it came in time."""

    taken: bool
    reply: Reply | None = None


class Broker(Protocol):
    """The way to the workers."""

    async def send(self, message: Message, *, id: UUID, at: datetime, wait: float) -> SendResult:
        """Sends a message and waits up to so many seconds for its reply. Never raises because the broker is away."""

    async def ready(self) -> bool:
        """Whether the broker is there and our replies reach us."""

    async def start(self) -> None:
        """Begins to look for the broker; returns at once."""

    async def stop(self) -> None:
        """Lets go of the broker."""
