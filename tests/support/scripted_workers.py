"""The workers, as the gateway meets them: an in-memory `Broker` that answers what a test tells it to."""

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
class Sent:
    """A message as it reached the broker."""

    message: Message
    id: UUID
    at: datetime


@dataclass
class Workers:
    """Answers by message type. Without an answer it lets the asker wait; while `away`, nothing is taken."""

    answers: dict[type[Message], Script] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    away: bool = False
    waited: float = 0.0
    """Seconds that passed while somebody waited: no time passes else, however busy the machine is."""

    def passed(self) -> float:
        return self.waited

    async def sleep(self, seconds: float) -> None:
        self.waited += seconds
        await asyncio.sleep(0)

    async def send(self, message: Message, *, id: UUID, at: datetime, wait: float) -> SendResult:
        if self.away:
            return SendResult(taken=False)
        self.sent.append(Sent(message, id, at))
        script = self.answers.get(type(message))
        reply = script(message) if script else None
        if reply is None:
            await self.sleep(wait)
        return SendResult(taken=True, reply=reply)

    async def ready(self) -> bool:
        return not self.away

    async def start(self) -> None:
        pass

    async def stop(self) -> None:
        pass

    def forget(self) -> None:
        """As if nothing had happened yet."""
        self.answers.clear()
        self.sent.clear()
        self.away = False

    def of(self, kind: type[Message]) -> list[Sent]:
        """What was sent of a kind."""
        return [sent for sent in self.sent if isinstance(sent.message, kind)]

    @property
    def commands(self) -> list[Sent]:
        """All but questions."""
        return [sent for sent in self.sent if not isinstance(sent.message, AskOutcome)]

    def on(self, kind: type[Message], reply: type[Reply], /, **fields: Any) -> None:
        """From now on this kind is answered so."""
        self.answers[kind] = lambda message: reply(application_id=message.application_id, **fields)

    def say_nothing(self, kind: type[Message]) -> None:
        """From now on this kind is taken and not answered."""
        self.answers.pop(kind, None)

    def outcome(self, **fields: Any) -> None:
        """From now on this is how the application stands."""
        self.on(AskOutcome, ApplicationStatus, **({"status": "known"} | fields))
