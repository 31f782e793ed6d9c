"""The whole system in one process, with every service's own wiring, handlers, processor and emails.

Only the servers are models: a broker that keeps what it confirmed and delivers at least once, a database that compares
versions, a mail server, and the network to them, where each call waits until the test decides its fate.
"""

import asyncio
import contextvars
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from types import SimpleNamespace
from typing import Any, cast
from unittest import mock
from uuid import UUID, uuid5

from aio_pika.exceptions import ChannelInvalidStateError
from pydantic import SecretStr

from services.intake import app as intake
from services.notifier.app import wire_code_mailer, wire_general_mailer
from services.notifier.rendering import EmailRenderer
from services.provisioner import app as provisioner
from services.verifier import app as verifier
from services.verifier.sweep import Sweep
from shared.contracts.message import Message
from shared.domain.errors import TransientFailure
from shared.messaging import topology
from shared.messaging.executor import Executor
from shared.messaging.handler import Handler
from shared.messaging.processor import Processor
from shared.messaging.publishing import Publisher
from shared.messaging.topology import RETRY_STEPS, WORK_QUEUES
from shared.security.fingerprints import BlindIndex
from shared.security.keys import PURPOSES, KeyRing, new_ring
from shared.security.sealing import Sealer
from shared.settings.processes import Settings
from shared.storage.importers import StoredImporter
from shared.storage.sealed_documents import ImporterRecord
from shared.worker import gather_nothing
from tests.properties.mail import MailServer
from tests.properties.network import Fate, Killed, Network, Reached, Work, working
from tests.properties.virtual_time import VirtualClock, VirtualLoop
from tests.unit.messaging.broker import Broker, Sent, delivered
from tests.unit.messaging.email_store import EmailStore
from tests.unit.messaging.store import Store

START = datetime(2025, 1, 6, 15, 0, tzinfo=UTC)
"""Long ago, so that no message is in the future by the real clock."""

RINGS = {f"keys_{purpose}": SecretStr(new_ring()) for purpose in PURPOSES}
SETTINGS = Settings(_env_file=None, rate_limit="off", smtp_url="smtp://localhost:25", **RINGS)  # type: ignore[arg-type]
WITH_A_WRONG_KEY = SETTINGS.model_copy(
    update={"keys_code_email": SecretStr(new_ring()), "keys_email": SecretStr(new_ring())}
)
WIRES: dict[str, Callable[[Any], None]] = {
    "intake": intake.wire,
    "verifier": verifier.wire,
    "provisioner": provisioner.wire,
    "code-mailer": wire_code_mailer,
    "general-mailer": wire_general_mailer,
}
DATABASE_WITHIN = 20
"""Seconds that the driver waits for a response."""

QUEUES = {queue.name: queue for queue in WORK_QUEUES}
ROUTES: dict[tuple[str, str], list[str]] = defaultdict(list)
for _binding in topology.bindings():
    ROUTES[_binding.exchange, _binding.key].append(_binding.queue)
EVERY_QUEUE = frozenset(binding.queue for binding in topology.bindings())
DELAYS = {step.name: step.delay for step in RETRY_STEPS}
SWEEP = "sweep"


def ring(purpose: str) -> KeyRing:
    """A key ring of the system."""
    return KeyRing.parse(RINGS[f"keys_{purpose}"].get_secret_value())


@dataclass
class Wiring:
    """Takes a worker's place in a service's `wire` and keeps the handlers."""

    database: Any
    publisher: Publisher
    settings: Settings = SETTINGS
    handlers: list[tuple[Handler[Any, Any, Any], Any]] = field(default_factory=list)
    """Each with its store."""

    def takes(self, message: type[Message], gather: Any = None, *, forget: Any = None) -> Callable[[Any], Any]:
        """Keeps a handler of applications."""

        def wire(decide: Any) -> Any:
            plain = Handler(message, gather_nothing, lambda m, situation, _: decide(m, situation))
            handler = Handler(message, gather, decide, forget=forget) if gather else plain
            self.handle(handler, self.database.applications)
            return decide

        return wire

    def handle(self, handler: Handler[Any, Any, Any], store: Any) -> None:
        """Keeps a handler."""
        self.handlers.append((handler, store))

    def every(self, *_: Any) -> None:
        """Ignores chores: the sweep runs when the test says so."""


class Channel:
    """The channel of one delivery."""

    def __init__(self, simulation: "Simulation", work: Work) -> None:
        self._simulation, self._work = simulation, work
        self._reached = Reached(simulation.network, "broker", self, _closed)

    @property
    def is_closed(self) -> bool:
        """Whether the connection has been lost."""
        return self._work.channel_closed

    async def basic_ack(self, *, delivery_tag: int, multiple: bool) -> None:
        """Acknowledges this delivery. If that does not get through, it was lost with its connection."""
        assert (delivery_tag, multiple) == (1, False)
        await self._reached.acknowledge()

    async def acknowledge(self) -> None:
        """Acknowledges at the broker, unless it has delivered the message to another process by now."""
        self._work.acknowledged = not self._work.channel_closed


class Simulation:
    """The wired system. A process works until it calls a server; `goes_on` decides the call's fate."""

    def __init__(self) -> None:
        self.loop = VirtualLoop()
        self.loop.set_exception_handler(_but_for_the_killed)
        self.clock = VirtualClock(self.loop, START)
        self.network = Network(self._harmed)
        self.store = Store()
        self.emails = EmailStore()
        self.mail = MailServer(self)
        self.broker = Broker()
        self.broker.listens = self.routed
        self.queues: dict[str, list[Sent]] = defaultdict(list)
        self.delayed: list[tuple[datetime, Sent]] = []
        self.replies: list[tuple[datetime, Sent]] = []
        self.works: list[Work] = []
        """Processes that are working on something."""
        self._patches: list[Any] = [
            mock.patch("shared.clock.now", self.clock),
            mock.patch("aiosmtplib.SMTP", self.mail.connection),
            mock.patch("services.notifier.app.EmailRenderer", _emails),
        ]
        for patch in self._patches:
            patch.start()
        self._database = self._reach_database()
        self._sweep = Sweep(self._database.applications, self._publisher("verifier"))
        self._processors = self._wire(SETTINGS, WIRES)
        mailers = {program: WIRES[program] for program in topology.SERVICE_OF}
        self._astray = self._processors | self._wire(WITH_A_WRONG_KEY, mailers)
        self.key_is_wrong = False
        """Whether new mailers have different keys from those who seal their emails."""

    def _reach_database(self) -> Any:
        applications = Reached(self.network, "database", self.store, _away, DATABASE_WITHIN)
        emails = Reached(self.network, "emails", self.emails, _away, DATABASE_WITHIN)
        importers = SimpleNamespace(find=applications.find_importer)
        return SimpleNamespace(
            applications=applications,
            portal_users=applications,
            importers=importers,
            limits=None,
            emails=emails,
            email_status=emails,
        )

    def _publisher(self, user: str) -> Publisher:
        return Publisher(cast("Any", Reached(self.network, "broker", self.broker, _unconfirmed())), user)

    def _wire(self, settings: Settings, wires: Mapping[str, Callable[[Any], None]]) -> dict[str, Processor[Any]]:
        """The processors of these programs, by queue."""
        processors = {}
        for program, wire in wires.items():
            wiring = Wiring(self._database, self._publisher(program), settings)
            wire(wiring)
            for handler, store in wiring.handlers:
                queue = topology.queue_for(handler.message, program)
                publisher = self._publisher(program)
                executor = Executor(queue, user=program, publisher=publisher, store=store, clock=self.clock)
                processors[queue.name] = Processor(
                    handler, store=store, publisher=publisher, executor=executor, clock=self.clock
                )
        return processors

    def import_record(self, number: str, company: str) -> str:
        """Adds an importer record; returns its blind index."""
        id = BlindIndex(ring("index")).compute("importer", number)
        record = ImporterRecord(importer_number=number, company_name=company, poc_name="Pat", poc_email="poc@a.example")
        sealed = Sealer(ring("storage")).seal(record, f"importers/record/{id}")
        self.store.importers[id] = StoredImporter(id, sealed, active=True, top_account=None)
        return id

    # The broker

    def routed(self, sent: Sent) -> None:
        """Puts a confirmed message into its queue."""
        if not sent.exchange and sent.routing_key not in EVERY_QUEUE:
            self.replies.append((self.clock(), sent))
        elif delay := DELAYS.get(sent.exchange):
            self.delayed.append((self.clock() + delay, replace(sent, exchange="")))
        else:
            for queue in ROUTES[sent.exchange, sent.routing_key] if sent.exchange else [sent.routing_key]:
                self.queues[queue].append(replace(sent, exchange="", routing_key=queue))

    @property
    def ready(self) -> list[Sent]:
        """The messages that can be delivered, queue by queue."""
        return [sent for queue in QUEUES for sent in self.queues[queue]]

    @property
    def dead(self) -> list[Sent]:
        """The dead letters."""
        return [sent for queue in QUEUES.values() for sent in self.queues[queue.dead]]

    @property
    def undone(self) -> list[Sent]:
        """Every message that a worker still has to finish."""
        in_hand = [work.sent for work in self.works if work.sent and not work.acknowledged]
        return [*self.ready, *(sent for _, sent in self.delayed), *in_hand]

    # Processes

    def takes(self, sent: Sent) -> Work:
        """Gives a process a message, which it works on until its first call."""
        self.queues[sent.routing_key].remove(sent)
        work = Work(sent.routing_key, sent, self.clock(), self.emails.withdrawn())
        raw = delivered(sent, cast("Any", Channel(self, work)))
        worker = (self._astray if self.key_is_wrong else self._processors)[work.queue]
        return self._begins(work, worker.take(raw))

    def sweeps(self) -> Work:
        """Starts the verifier's sweep."""
        return self._begins(Work(SWEEP, None, self.clock()), self._sweep.run())

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
            self.queues[work.queue].append(work.sent)
        work.channel_closed = True

    def _harmed(self, work: Work) -> None:
        for email in work.emails:
            known = self.emails.get(email.application)
            work.was_harmed |= not any(kind == email.kind and known[kind].status == "sent" for kind in known)

    def _rest(self) -> None:
        self.loop.rest()
        self.works = [work for work in self.works if self.network.of(work) or not _is_over(work)]

    def passes(self, span: timedelta) -> None:
        """Lets time pass for people, waiting messages and pending calls."""
        self.loop.passes(span.total_seconds())
        self._rest()
        due = [sent for at, sent in self.delayed if at <= self.clock()]
        self.delayed = [(at, sent) for at, sent in self.delayed if at > self.clock()]
        for sent in due:
            self.queues[sent.routing_key].append(sent)

    def works_off(self, down: str = "", *, backwards: bool = False) -> None:
        """Does everything that needs no time to pass, and succeeds, except for a program that is down.

        `backwards`: what was published last is handled first.
        """
        for _ in range(5_000):
            if self.network.calls:
                self.goes_on(self.network.calls[0].by)
            elif ready := [sent for sent in self.ready if QUEUES[sent.routing_key].service != down]:
                self.takes(ready[-1 if backwards else 0])
            else:
                return
        raise AssertionError("the workers never come to rest")

    def comes_to_rest(self) -> None:
        """Does everything that can be done, and succeeds; lets time pass for what waits."""
        for _ in range(2_000):
            self.works_off()
            if not self.delayed and not self.works and not asyncio.all_tasks(self.loop):
                return
            span = min((at for at, _ in self.delayed), default=self.clock()) - self.clock()
            self.passes(max(span, timedelta(seconds=1)))
            for work in [work for work in self.works if work.task and work.task.done()]:
                self._returned(work)
        raise AssertionError("the workers never come to rest")

    def replayed(self, dead: Sent) -> None:
        """Replays a dead letter as an operator, in its sender's name."""
        self.queues[dead.routing_key].remove(dead)
        headers = {name: value for name, value in dead.headers.items() if name == "ace-application"}
        queue = dead.routing_key.removesuffix(".dead")
        self.queues[queue].append(replace(dead, routing_key=queue, user_id=dead.headers["ace-origin"], headers=headers))

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
def _emails(settings: Settings) -> EmailRenderer:
    """The email renderer, with templates read once."""
    return EmailRenderer(settings)


def _away() -> BaseException:
    return TransientFailure("the database is away")


def _closed() -> BaseException:
    return ChannelInvalidStateError("closed")


def _unconfirmed() -> Callable[[], BaseException]:
    """What a publisher sees of a lost connection: alternately a closed channel and aiormq's cancellation."""
    seen: list[BaseException] = []

    def next_one() -> BaseException:
        seen.append(_closed() if len(seen) % 2 else asyncio.CancelledError())
        return seen[-1]

    return next_one


def same_each_time(name: str) -> UUID:
    """An id that depends only on its name."""
    return uuid5(UUID(int=0), name)
