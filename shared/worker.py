"""A worker process: its handlers, and how it starts, reports its health and stops."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any, Generic, TypeVar, overload

import structlog
import uvloop

from shared import clock
from shared.contracts.message import Command, Message, Reply
from shared.domain.decision import Decision, Situation
from shared.messaging import watchdog
from shared.messaging.amqp import read_user
from shared.messaging.connection import consume, disconnect, make_broker, start_when_reachable, stop_taking
from shared.messaging.connection_properties import describe_process
from shared.messaging.executor import Executor
from shared.messaging.handler import Contents, Handler, Store, Stored, make_handler
from shared.messaging.own_saves import OwnSaves
from shared.messaging.processor import Processor
from shared.messaging.publishing import Publisher
from shared.messaging.stamps import Stamps
from shared.messaging.topology import find_queue
from shared.observability import health, logs, metrics
from shared.observability.trace_export import export_spans
from shared.settings import loading, production
from shared.settings.groups import SettingError, WorkerSettings
from shared.storage.access import wait_for_access
from shared.storage.database import Database

log = structlog.get_logger()

STARTED_WITHIN = 3
"""Seconds that a stopping worker waits for its own start: cut short, it may drop a delivery, which then comes again."""

FINISHED_WITHIN = 23
"""Seconds that it waits for what is in flight: longer than handing over an email takes."""

ARRIVED_WITHIN = 0.2
"""Seconds after which messages that a quorum queue has sent us have surely arrived."""

ACKNOWLEDGED_WITHIN = 0.2
"""Seconds after which acknowledgments have surely reached a quorum queue. The broker passes on 32 at once, holds the
rest until those are counted, and drops what it holds when the channel closes."""

TURNS = 50
"""Event loop turns after which the last delivery is surely in flight: until then it waits for nothing."""

M = TypeVar("M", bound=Message)
F = TypeVar("F")
C_co = TypeVar("C_co", bound=WorkerSettings, covariant=True)
S = TypeVar("S", bound=WorkerSettings)
T = TypeVar("T", bound=Stored)
Plain = Callable[[M, Situation], Decision]
Informed = Callable[[M, Situation, F], Decision]


class Worker(Generic[C_co]):
    """One process of a service: wire its handlers with `takes`, then `serve`."""

    def __init__(self, service: str, settings: C_co) -> None:
        self.service = service
        self.settings = settings
        self.database = Database(settings.need("mongodb_url"), settings.mongodb_database, metrics.count_round_trip)
        self._url = settings.need("rabbitmq_url")
        self.user = read_user(self._url)
        self._broker = make_broker(self._url, service, describe_process(settings))
        self._stamps = Stamps(self._broker)
        self.publisher = Publisher(self._broker, self.user)
        self.contents: Contents | None = None  # for commands: set before they are wired
        self._own_saves: OwnSaves[Any] = OwnSaves()
        self._queues: list[str] = []
        self._processors: list[Processor[Any]] = []
        self._executors: list[Executor] = []
        self._chores: list[tuple[timedelta, Callable[[], Awaitable[None]]]] = []
        self._closes: list[Callable[[], None]] = []
        self.measures: list[Callable[[], Awaitable[None]]] = []
        """Set gauges whenever somebody asks for the metrics."""
        self._started = False
        self._failed = False
        self._stop = asyncio.Event()

    @overload
    def takes(
        self, message: type[M], *, continues: bool = False, count: Callable[[Reply], None] | None = None
    ) -> Callable[[Plain[M]], Plain[M]]: ...
    @overload
    def takes(
        self, message: type[M], gather: Callable[[M, Situation], Awaitable[F]], *, begins: bool = False
    ) -> Callable[[Informed[M, F]], Informed[M, F]]: ...
    def takes(self, message: type[M], gather: Any = None, **special: Any) -> Any:
        """Decorates the function that decides about an application's messages of this type."""

        def wire(decide: Any) -> Any:
            handler = make_handler(message, decide, gather, **special)
            self._own_saves.is_used |= handler.continues
            self.handle(handler, self.database.applications, self._own_saves)
            return decide

        return wire

    def repeat(self, pause: timedelta, chore: Callable[[], Awaitable[None]]) -> None:
        """Repeats a chore after each pause. A failure is logged and does not stop the chore."""
        self._chores.append((pause, chore))

    def close_at_end(self, close: Callable[[], None]) -> None:
        """Closes something once nothing is in flight any more."""
        self._closes.append(close)

    def handle(self, handler: Handler[Any, Any, T], store: Store[T], own_saves: OwnSaves[T] | None = None) -> None:
        """Handles messages about what this store keeps."""
        queue = find_queue(handler.message, self.service)
        common: dict[str, Any] = {"store": store, "publisher": self.publisher, "clock": clock.now}
        is_command = issubclass(handler.message, Command)
        refused, contents = (self.database.refused_commands, self.contents) if is_command else (None, None)
        executor = Executor(queue, user=self.user, refused=refused, **common)
        processor = Processor(handler, executor=executor, contents=contents, own_saves=own_saves, **common)
        self._queues.append(queue.name)
        self._processors.append(processor)
        self._executors.append(executor)
        take, most = self._stamps.guard(processor.take), queue.prefetch or self.settings.prefetch
        consume(self._broker, queue.name, take, prefetch=most)

    async def is_ready(self) -> bool:
        """Whether broker, database and a consumer of each queue are there, and the worker is not stopping."""
        return await health.holds(self._check)

    async def _check(self) -> bool:
        if not self._started or self._stop.is_set():
            return False
        await self.database.ping()
        return await watchdog.is_consuming(self._broker) and await watchdog.have_consumers(self._broker, self._queues)

    async def serve(self) -> None:
        """Runs until SIGTERM or SIGINT; then finishes what is in flight."""
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, self._stop.set)
        async with health.serve_pages(self.is_ready, self.service, self.settings, self.measures), self.take_messages():
            await self._stop.wait()
            log.info("stopping")
        log.info("stopped")
        if self._failed:
            sys.exit(1)

    @asynccontextmanager
    async def take_messages(self) -> AsyncIterator[None]:
        """Takes messages while the block runs, as soon as the broker is reachable; then finishes what is in flight."""
        start = asyncio.create_task(self._start())
        chores = [asyncio.create_task(_repeat(pause, chore)) for pause, chore in self._chores]
        watch = asyncio.create_task(self._watch(start))
        try:
            yield
        finally:
            self._stop.set()
            await asyncio.wait([start], timeout=STARTED_WITHIN)
            for task in (start, watch, *chores):
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
            self._stamps.stop()
            await self._stop_taking()
            await self._finish()
            for close in self._closes:
                close()
            await disconnect(self._broker)
            await self.database.close()

    async def _stop_taking(self) -> None:
        """Returns once the broker delivers nothing more and everything it delivered has arrived.

        A message on its way when its consumer is canceled counts as delivered by a quorum queue, but never arrives.
        With a full prefetch none is on its way, so acknowledgments are held back until then.
        """
        if any(processor.in_flight.was_busy(ARRIVED_WITHIN) for processor in self._processors):
            for executor in self._executors:
                executor.may_acknowledge.clear()
            await asyncio.sleep(ARRIVED_WITHIN)
        await stop_taking(self._broker)

    async def _finish(self) -> None:
        """Returns once nothing is in flight, or time is up; the broker delivers the rest to another worker."""
        for _ in range(TURNS):
            await asyncio.sleep(0)
        in_flight = [task for processor in self._processors for task in processor.in_flight.tasks]
        for executor in self._executors:
            executor.may_acknowledge.set()
        if not in_flight:
            return
        _, unfinished = await asyncio.wait(in_flight, timeout=FINISHED_WITHIN)
        await asyncio.sleep(ACKNOWLEDGED_WITHIN)
        log.info("finished what was in flight", messages=len(in_flight), unfinished=len(unfinished))

    async def _start(self) -> None:
        try:
            await wait_for_access(self.database, self.service)
            await start_when_reachable(self._broker)
            await self._stamps.watch()
            await self._refuse_without_stamps()
        except SettingError as error:
            self._fail("cannot take messages", reason=str(error))
            return
        except Exception as error:  # noqa: BLE001  # nobody awaits this task before the end
            self._fail("cannot take messages", exc_info=error)
            return
        self._started = True
        log.info("started", queues=self._queues)

    async def _refuse_without_stamps(self) -> None:
        """In production, raises `SettingError` if the broker does not stamp what arrives."""
        if not await self._stamps.are_proved():
            production.refuse(self.settings, [production.UNSTAMPED])

    def _fail(self, event: str, **said: object) -> None:
        """Ends the process with exit code 1."""
        log.critical(event, **said)
        self._failed = True
        self._stop.set()

    async def _watch(self, start: asyncio.Task[None]) -> None:
        """Ends the process if, after its start, messages stop reaching it."""
        await asyncio.wait([start])
        await watchdog.watch(self._broker, self._url)
        self._fail("messages no longer reach this process: it exits, to be restarted")


async def _repeat(pause: timedelta, chore: Callable[[], Awaitable[None]]) -> None:
    while True:
        await asyncio.sleep(pause.total_seconds())
        try:
            await chore()
        except Exception as error:  # noqa: BLE001  # the next run may succeed
            log.warning("a chore failed", chore=chore.__name__, error=type(error).__name__)


def run(service: str, settings_of: type[S], wire: Callable[[Worker[S]], None]) -> None:
    """The main function of a worker: loads settings, wires handlers, and serves until told to stop."""
    try:
        settings = loading.load(settings_of)
        logs.configure(service, settings.log_level)
        logs.warn_of_unknown(loading.list_unknown_names(settings_of))
        worker = Worker(service, settings)
        wire(worker)
        with export_spans(service, settings):
            uvloop.run(worker.serve())
    except SettingError as error:
        sys.exit(error.explain(service))
