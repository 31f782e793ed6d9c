"""What the journey needs from the broker: to send a message and wait briefly for its reply."""

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
    """Carries messages to the workers and back."""

    async def send(self, message: Message, *, id: UUID, at: datetime, wait: float) -> SendResult:
        """Sends a message and waits up to `wait` seconds for its reply. Never raises because the broker is down."""

    async def is_ready(self) -> bool:
        """Whether the broker is up and our replies reach us."""

    async def start(self) -> None:
        """Starts connecting in the background."""

    async def stop(self) -> None:
        """Disconnects from the broker."""
