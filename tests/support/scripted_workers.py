"""The workers as the gateway sees them: an in-memory `Broker` that replies as a test says."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from services.gateway.journey.broker import SendResult
from shared.contracts.commands import AskOutcome
from shared.contracts.message import Message, Reply
from shared.contracts.replies import ApplicationStatus

Script = Callable[[Any], Reply | None]


@dataclass(frozen=True)
class SentMessage:
    """A message that reached the broker."""

    message: Message
    id: UUID
    at: datetime


@dataclass
class Workers:
    """Replies by message type. Without a reply, the caller waits; while `away`, nothing is accepted."""

    answers: dict[type[Message], Script] = field(default_factory=dict)
    sent: list[SentMessage] = field(default_factory=list)
    away: bool = False
    waited: float = 0.0
    """Seconds that passed while somebody waited. Otherwise no time passes, however busy the machine is."""

    def passed(self) -> float:
        return self.waited

    async def sleep(self, seconds: float) -> None:
        self.waited += seconds
        await asyncio.sleep(0)

    async def send(self, message: Message, *, id: UUID, at: datetime, wait: float) -> SendResult:
        if self.away:
            return SendResult(taken=False)
        self.sent.append(SentMessage(message, id, at))
        script = self.answers.get(type(message))
        reply = script(message) if script else None
        if reply is None:
            await self.sleep(wait)
        return SendResult(taken=True, reply=reply)

    async def is_ready(self) -> bool:
        return not self.away

    async def start(self) -> None:
        pass

    async def stop(self) -> None:
        pass

    def forget(self) -> None:
        """Forgets everything that happened."""
        self.answers.clear()
        self.sent.clear()
        self.away = False

    def of(self, kind: type[Message]) -> list[SentMessage]:
        """The messages of this kind that were sent."""
        return [sent for sent in self.sent if isinstance(sent.message, kind)]

    @property
    def commands(self) -> list[SentMessage]:
        """The commands that were sent."""
        return [sent for sent in self.sent if not isinstance(sent.message, AskOutcome)]

    def on(self, kind: type[Message], reply: type[Reply], /, **fields: Any) -> None:
        """Sets the reply to this kind."""
        self.answers[kind] = lambda message: reply(application_id=message.application_id, **fields)

    def say_nothing(self, kind: type[Message]) -> None:
        """Stops replying to this kind, which is still accepted."""
        self.answers.pop(kind, None)

    def outcome(self, **fields: Any) -> None:
        """Sets the application's status."""
        self.on(AskOutcome, ApplicationStatus, **({"status": "known"} | fields))
