"""A rig for one queue's processor: in-memory broker and database, a movable clock, and a given handler."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4, uuid5

import pytest

from shared.contracts.commands import CheckCode
from shared.contracts.email_kind import EmailKind
from shared.contracts.events import CodeIssued, EmailDue
from shared.contracts.message import Message, Reply
from shared.contracts.versions import VERSIONS
from shared.domain.application import Application
from shared.domain.decision import Decision, Situation
from shared.messaging import executor
from shared.messaging.executor import Executor
from shared.messaging.handler import Contents, Handler
from shared.messaging.own_saves import OwnSaves
from shared.messaging.processor import Processor
from shared.messaging.topology import find_queue
from tests.support.clock import Clock
from tests.support.memory.broker import Channel, MemoryBroker, Sent, delivered, sent_by
from tests.support.memory.refused_commands import RefusedCommands
from tests.support.memory.store import Store

START = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
WORKER = "worker"
GATEWAY = "gateway"
SECRET = "123-45-6789"
SEALED = "k1." + "A" * 60
APPLICATION = UUID(int=7)

Decide = Callable[[Any, Situation, Any], Decision]


async def _nothing(_message: Any, _situation: Situation) -> None:
    return None


class Rig:
    """Processes messages of one type and decides as told."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, message: type[Message] = CheckCode, *, is_begun: bool = True
    ) -> None:
        """`is_begun`: whether there is an application."""
        self.broker = MemoryBroker()
        self.journal = self.broker.journal
        self.store = Store(self.journal)
        self.refused = RefusedCommands()
        self.contents: Contents | None = None
        self.versions = VERSIONS
        self.own_saves: OwnSaves[Application] = OwnSaves()
        self.clock = Clock(START)
        self.channel = Channel(self.journal)
        self.queue = find_queue(message)
        self.decided: list[Situation] = []
        self.pauses: list[float] = []
        self.while_pausing: Callable[[], None] = lambda: None
        self._message = message
        if is_begun:
            self.store.put(an_application())
        monkeypatch.setattr(executor, "asyncio", SimpleNamespace(sleep=self._pause, Event=asyncio.Event))

    async def _pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        assert len(self.pauses) < 100, "it insists for ever"
        self.while_pausing()
        await asyncio.sleep(0)

    def processor(
        self,
        decide: Decide,
        *,
        gather: Callable[[Any, Situation], Awaitable[Any]] = _nothing,
        effect: Callable[[Any, Application, Any], Awaitable[Any]] | None = None,
        continues: bool = False,
        count: Callable[[Reply], None] | None = None,
    ) -> Processor[Application]:
        """The real processor, on this rig."""

        def deciding(message: Any, situation: Situation, facts: Any) -> Decision:
            self.decided.append(situation)
            return decide(message, situation, facts)

        publisher = self.broker.publisher(WORKER)
        return Processor(
            Handler(self._message, gather, deciding, effect, continues=continues, count=count),
            store=self.store,
            publisher=publisher,
            executor=Executor(
                self.queue,
                user=WORKER,
                publisher=publisher,
                store=self.store,
                clock=self.clock,
                refused=self.refused,
            ),
            clock=self.clock,
            contents=self.contents,
            versions=self.versions,
            own_saves=self.own_saves,
        )

    async def take(self, decide: Decide, sent: Sent | None = None, **kwargs: Any) -> Sent:
        """Delivers a message to the processor; returns it."""
        sent = sent or a_guess(self.clock())
        await self.processor(decide, **kwargs).take(delivered(sent, self.channel))
        return sent

    @property
    def application(self) -> Application:
        """The stored application."""
        return self.store.get(APPLICATION)


def a_guess(at: datetime = START, *, user: str = GATEWAY, id: UUID | None = None) -> Sent:
    """A command from a gateway."""
    command = CheckCode(application_id=APPLICATION, taken_at=at, code=SEALED)
    return sent_by(user, command, id or uuid4(), at)


def an_application(gateway: str = GATEWAY) -> Application:
    """An application that a gateway began."""
    return Application.begin(APPLICATION, gateway=gateway, taken_at=START, now=START, cause="start-application")


def an_email_due() -> EmailDue:
    """An event for the general mailer."""
    return EmailDue(application_id=APPLICATION, email=EmailKind.ACCOUNT_READY, content=SEALED, due_at=START)


def a_code_issued(expires_at: datetime) -> CodeIssued:
    """An event for the code mailer."""
    return CodeIssued(application_id=APPLICATION, content=SEALED, due_at=START, expires_at=expires_at)


def reply_id(sent: Sent) -> str:
    """The id that every reply to a message has."""
    return str(uuid5(UUID(sent.message_id), "reply"))


def due() -> Sent:
    return sent_by("provisioner", an_email_due(), uuid4(), START, wants_reply=False)


def again(forwarded: Sent, queue: str) -> Sent:
    """What the delay queue returns: the same message, to the queue that its routing key named."""
    assert forwarded.exchange.startswith("ace.retry.")
    assert forwarded.routing_key == queue
    return replace(forwarded, exchange="")
