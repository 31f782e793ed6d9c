"""The whole system in one process, with every service's own wiring, handlers, processor and emails.

Only the servers are models: a broker that keeps what it confirmed and delivers at least once, a database that compares
versions, a mail server, and the network to them, where each call waits until the test decides its fate.
"""

import asyncio
import contextvars
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from types import SimpleNamespace
from typing import Any, cast
from unittest import mock

from services.notifier.rendering import EmailRenderer
from shared.contracts.message import Command
from shared.messaging import topology
from shared.messaging.executor import Executor
from shared.messaging.processor import Processor
from shared.messaging.publishing import Publisher
from shared.security.fingerprints import BlindIndex
from shared.security.sealing import Sealer
from shared.settings.processes import Settings
from shared.storage.importers import StoredImporter
from shared.storage.sealed_documents import ImporterRecord
from tests.properties.clients import Channel, away, unconfirmed
from tests.properties.mail import MailServer, name_email
from tests.properties.network import Fate, Killed, Network, Reached, Work, working
from tests.properties.own_saves import OwnSavesOfTwo
from tests.properties.queues import QUEUES, Queues
from tests.properties.virtual_time import VirtualClock, VirtualLoop
from tests.properties.wiring import SETTINGS, WIRES, WITH_A_WRONG_KEY, Wiring, ring
from tests.support.memory.broker import MemoryBroker, Sent, delivered
from tests.support.memory.digests import Digests
from tests.support.memory.email_store import EmailStore
from tests.support.memory.refused_commands import RefusedCommands
from tests.support.memory.store import Store

START = datetime(2025, 1, 6, 15, 0, tzinfo=UTC)
"""Long ago, so that no message is in the future by the real clock."""

DATABASE_WITHIN = 20
"""Seconds that the driver waits for a response."""


class Simulation:
    """The wired system. A process works until it calls a server; `goes_on` decides the call's fate."""

    def __init__(self) -> None:
        self.loop = VirtualLoop()
        self.loop.set_exception_handler(_but_for_the_killed)
        self.clock = VirtualClock(self.loop, START)
        self.network = Network(self._harmed)
        self.store = Store()
        self.emails = EmailStore()
        self.digests = Digests()
        self.mail = MailServer(self)
        self.broker = MemoryBroker()
        self.queues = Queues(self.clock)
        self.broker.listens = self.queues.route
        self.works: list[Work] = []
        """Processes that are working on something."""
        self._taken = 0
        self._patches: list[Any] = [
            mock.patch("shared.clock.now", self.clock),
            mock.patch("aiosmtplib.SMTP", self.mail.connection),
            mock.patch("services.notifier.app.EmailRenderer", _make_renderer),
        ]
        for patch in self._patches:
            patch.start()
        self._database = self._reach_database()
        self._chores: dict[type, Any] = {}
        self._processors = self._wire(SETTINGS, WIRES)
        mailers = {program: WIRES[program] for program in topology.SERVICE_OF}
        self._astray = self._processors | self._wire(WITH_A_WRONG_KEY, mailers)
        self.key_is_wrong = False
        """Whether new mailers have different keys from those who seal their emails."""

    def _reach_database(self) -> Any:
        applications = Reached(self.network, "database", self.store, away, DATABASE_WITHIN)
        emails = Reached(self.network, "emails", self.emails, away, DATABASE_WITHIN)
        importers = SimpleNamespace(find=applications.find_importer)
        return SimpleNamespace(
            applications=applications,
            portal_users=applications,
            importers=importers,
            limits=None,
            emails=emails,
            digests=Reached(self.network, "digests", self.digests, away, DATABASE_WITHIN),
            refused_commands=Reached(self.network, "refused commands", RefusedCommands(), away, DATABASE_WITHIN),
            email_status=emails,
        )

    def _publisher(self, user: str) -> Publisher:
        return Publisher(cast("Any", Reached(self.network, "broker", self.broker, unconfirmed())), user)

    def _wire(self, settings: Settings, wires: Mapping[str, Callable[[Any], None]]) -> dict[str, Processor[Any]]:
        """The processors of these programs, by queue."""
        processors = {}
        for program, wire in wires.items():
            wiring = Wiring(self._database, self._publisher(program), settings)
            wire(wiring)
            self._chores |= wiring.chores
            own_saves = OwnSavesOfTwo()
            for handler, store in wiring.handlers:
                queue = topology.find_queue(handler.message, program)
                common: dict[str, Any] = {"store": store, "publisher": self._publisher(program), "clock": self.clock}
                is_command = issubclass(handler.message, Command)
                refused, contents = (self._database.refused_commands, wiring.contents) if is_command else (None, None)
                executor = Executor(queue, user=program, refused=refused, **common)
                processors[queue.name] = Processor(
                    handler, executor=executor, contents=contents, own_saves=own_saves, **common
                )
        return processors

    def import_record(self, number: str, company: str) -> str:
        """Adds an importer record; returns its blind index."""
        id = BlindIndex(ring("index")).compute("importer", number)
        record = ImporterRecord(importer_number=number, company_name=company, poc_name="Pat", poc_email="poc@a.example")
        sealed = Sealer(ring("storage")).seal(record, f"importers/record/{id}")
        self.store.importers[id] = StoredImporter(id, sealed, active=True, top_account=None)
        return id

    @property
    def undone(self) -> list[Sent]:
        """Every message that a worker still has to finish."""
        in_hand = [work.sent for work in self.works if work.sent and not work.acknowledged]
        return [*self.queues.ready, *(sent for _, sent in self.queues.delayed), *in_hand]

    def takes(self, sent: Sent) -> Work:
        """Gives a process a message, which it works on until its first call."""
        self.queues.by_name[sent.routing_key].remove(sent)
        self._taken += 1
        work = Work(sent.routing_key, sent, self.clock(), self._taken % 2, self.emails.withdrawn())
        raw = delivered(sent, cast("Any", Channel(self.network, work)))
        worker = (self._astray if self.key_is_wrong else self._processors)[work.queue]
        return self._begins(work, worker.take(raw))

    def does(self, chore: type) -> Work:
        """Starts a chore of the verifier, such as its sweep."""
        return self._begins(Work(chore.__name__, None, self.clock()), self._chores[chore]())

    def _begins(self, work: Work, doing: Any) -> Work:
        context = contextvars.copy_context()
        context.run(working.set, work)
        work.task = self.loop.create_task(doing, context=context)
        work.task.add_done_callback(lambda task: task.cancelled() or task.exception())
        self.works.append(work)
        self._rest()
        return work

    def goes_on(self, work: Work, fate: Fate = Fate.WELL) -> bool:
        """Gives this fate to the process's first call on its way, if any, and lets it work until its next call."""
        for call in self.network.of(work)[:1]:
            call.fate.set_result(fate)
            self._rest()
            return True
        return False

    def dies(self, work: Work) -> None:
        """Kills the process where it is. Its connection is gone, so its message is back in the queue."""
        self._harmed(work)
        work.is_dead = True
        for call in self.network.of(work):
            call.fate.set_exception(Killed())
        self._returned(work)
        self._rest()

    def disconnects(self, work: Work) -> None:
        """Drops the connection to the broker. The process lives on and finishes what it began."""
        assert work.task is not None
        self._harmed(work)
        self._returned(work)
        work.task.cancel()
        self._rest()

    def _returned(self, work: Work) -> None:
        if work.sent and not work.acknowledged and not work.channel_closed:
            self.queues.by_name[work.queue].append(work.sent)
        work.channel_closed = True

    def _harmed(self, work: Work) -> None:
        for email in work.emails:
            known = self.emails.get(email.application)
            recorded = {name_email(kind, known[kind].resend) for kind in known if known[kind].status == "sent"}
            work.was_harmed |= email.kind not in recorded

    def _rest(self) -> None:
        self.loop.rest()
        self.works = [work for work in self.works if self.network.of(work) or not _is_over(work)]

    def passes(self, span: timedelta) -> None:
        """Lets time pass for people, waiting messages and pending calls."""
        self.loop.passes(span.total_seconds())
        self._rest()
        self.queues.deliver_delayed()

    def works_off(self, down: str = "", *, backwards: bool = False) -> None:
        """Does everything that needs no time to pass, and succeeds, except for a program that is down.

        `backwards`: what was published last is handled first.
        """
        for _ in range(5_000):
            if self.network.calls:
                self.goes_on(self.network.calls[0].by)
            elif ready := [sent for sent in self.queues.ready if QUEUES[sent.routing_key].program != down]:
                self.takes(ready[-1 if backwards else 0])
            else:
                return
        raise AssertionError("the workers never come to rest")

    def comes_to_rest(self) -> None:
        """Does everything that can be done, and succeeds; lets time pass for what waits."""
        for _ in range(2_000):
            self.works_off()
            if not self.queues.delayed and not self.works and not asyncio.all_tasks(self.loop):
                return
            span = min((at for at, _ in self.queues.delayed), default=self.clock()) - self.clock()
            self.passes(max(span, timedelta(seconds=1)))
            for work in [work for work in self.works if work.task and work.task.done()]:
                self._returned(work)
        raise AssertionError("the workers never come to rest")

    def close(self) -> None:
        """Ends all processes."""
        for work in list(self.works):
            self.dies(work)
        self.loop.passes(3600)
        for patch in self._patches:
            patch.stop()
        self.loop.close()


def _is_over(work: Work) -> bool:
    """Whether this work can do nothing more. Its unacknowledged delivery is held until the channel closes."""
    ended = work.is_dead or work.task is None or work.task.done()
    return ended and (work.sent is None or work.acknowledged or work.channel_closed)


def _but_for_the_killed(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Ignores exceptions from killed processes."""
    if not isinstance(context.get("exception"), Killed):
        loop.default_exception_handler(context)


@cache
def _make_renderer(settings: Settings) -> EmailRenderer:
    """The email renderer, with templates read once."""
    return EmailRenderer(settings)
