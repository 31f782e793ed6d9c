"""The way to the workers, as the journey needs it. `services.gateway.broker_client` goes it over RabbitMQ."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from shared.contracts.message import Message, Reply


@dataclass(frozen=True)
class Answer:
    """What became of asking: whether the broker has the message, and the reply if it came in time."""

    taken: bool
    reply: Reply | None = None


class Workers(Protocol):
    """The way to the workers."""

    async def ask(self, message: Message, *, id: UUID, at: datetime, wait: float) -> Answer:
        """Sends a message and waits up to so many seconds for its reply. Never raises because the broker is away."""

    async def ready(self) -> bool:
        """Whether the broker is there and our replies reach us."""

    async def start(self) -> None:
        """Begins to look for the broker; returns at once."""

    async def stop(self) -> None:
        """Lets go of the broker."""
