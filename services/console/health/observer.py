"""Gathers the facts for the health line: all parts at the same time, each within its own seconds.

An observer looks as often as it is asked to, and keeps its connections. What is away is a fact like any other.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from services.console.checks import alarms, mail
from services.console.checks.deliveries import EMAILS_WITHIN
from services.console.checks.form import count_form_processes
from services.console.checks.keys import list_differences
from services.console.checks.processes import read_processes
from services.console.health.facts import BrokerFacts, DatabaseFacts, Failure, HealthFacts, MailFacts
from services.console.health.trial import Trial
from services.console.output.exit_codes import Unavailable
from services.console.queues.drain import SPAN, Length
from services.console.queues.heads import Heads
from services.console.queues.queue_statistics import QueueStatistics, parse_management
from services.console.queues.reading import merge_statistics, read_from_amqp
from services.console.servers.broker import explain_broker_errors
from services.console.servers.broker_link import BrokerLink
from services.console.servers.database import name_error
from services.console.servers.management import Management, open_management
from shared import clock
from shared.cancellation import is_meant_for_us
from shared.domain.errors import TransientFailure
from shared.messaging.amqp import read_user
from shared.settings.console import OperatingSettings
from shared.storage.database import Database
from shared.storage.errors import DriverError

WITHIN = 5.0
"""Seconds that each server may take: a look that takes longer is no look at now."""

MAIL_PAUSE = 10.0
"""Seconds between two connections to the mail server."""

KEYS_PAUSE = 5.0
"""Seconds between two looks at all connections, of which there may be hundreds."""

KeyDifferences = tuple[tuple[str, str], ...] | None

T = TypeVar("T")


class Observer:
    """Looks at the whole system, again and again."""

    def __init__(
        self,
        settings: OperatingSettings,
        database: Database | None,
        management: Management | None,
        heads: Heads | None,
    ) -> None:
        self.database = database
        self._settings = settings
        self._management = management
        self._heads = heads
        self._link = BrokerLink(settings)
        self._trial = Trial(settings)
        self._failing: dict[str, datetime] = {}
        self._lengths: dict[str, tuple[Length, ...]] = {}
        self._mail: str | None = None
        self._mail_tried: datetime | None = None
        self._mail_tried_at: float | None = None
        self._keys: KeyDifferences = None
        self._keys_read_at: float | None = None

    async def look(self) -> HealthFacts:
        """How everything stands now."""
        at = clock.now()
        broker, database, mail_facts = await asyncio.gather(
            self._ask("broker", self._ask_broker(), at),
            self._ask("database", self._ask_database(self.database), at) if self.database else _say_nothing(),
            self._ask_mail(at),
        )
        if isinstance(broker, Failure):
            await self._link.drop()
        return HealthFacts(at=at, broker=broker, database=database, mail=mail_facts)

    @property
    def _own_user(self) -> str:
        return read_user(self._settings.need("rabbitmq_url"))

    async def stop(self) -> None:
        """Closes the connections to the broker."""
        await self._trial.stop()
        await self._link.drop()

    async def _ask(self, name: str, asked: Awaitable[T], at: datetime) -> T | Failure:
        """What a server says, or why it says nothing, and since when."""
        try:
            async with asyncio.timeout(WITHIN):
                said = await asked
        except TimeoutError:
            failure = f"the {name} did not answer within {WITHIN:.0f} s"
        except (Unavailable, TransientFailure) as error:
            failure = str(error)
        except DriverError as error:
            failure = f"the {name} refuses: {name_error(error)}"
        except asyncio.CancelledError:
            if is_meant_for_us():
                raise
            failure = f"the connection to the {name} was lost"  # which cancels whatever waits for it
        except RuntimeError:  # a channel of a connection that is gone
            failure = f"the connection to the {name} was lost"
        else:
            self._failing.pop(name, None)
            return said
        return Failure(failure, self._failing.setdefault(name, at))

    async def _ask_broker(self) -> BrokerFacts:
        with explain_broker_errors():
            connection = await self._link.connect()
            queues, trial, managed = await asyncio.gather(
                read_from_amqp(connection), self._trial.read(), self._ask_management()
            )
            ages = await self._heads.measure(connection, queues) if self._heads else {}
        told = {"ages": ages, "takes_messages": trial.takes_messages, "stamps": trial.stamps}
        if isinstance(managed, str):
            return BrokerFacts(queues=self._remember(queues), management=managed, **told)
        listed, nodes, differences = managed
        gateways = count_form_processes(listed, self._own_user)
        merged = merge_statistics(parse_management(listed), queues)
        return BrokerFacts(
            queues=self._remember(merged),
            alarms=tuple(alarms.list_alarms(nodes)),
            gateways=gateways,
            keys=differences,
            **told,
        )

    async def _ask_management(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]], KeyDifferences] | str:
        """Queues, nodes and keys, or why there is nothing to see. The broker may work without this interface."""
        if self._management is None:
            return "ACE_RABBITMQ_MANAGEMENT_URL is not set here"
        try:
            is_first = not self._lengths  # later ones are our own, and newer
            listed, nodes, differences = await asyncio.gather(
                self._management.list_queues(lengths=is_first),
                self._management.list_nodes(),
                self._compare_keys(self._management),
            )
        except Unavailable as error:
            return str(error)
        return listed, nodes, differences

    async def _compare_keys(self, management: Management) -> KeyDifferences:
        """How the keys differ that the services report with their connections; None if none of them does."""
        if self._keys_read_at is None or time.monotonic() - self._keys_read_at >= KEYS_PAUSE:
            processes = read_processes(await management.list_objects("connections"), self._own_user)
            self._keys = tuple(list_differences(processes)) if processes else None
            self._keys_read_at = time.monotonic()
        return self._keys

    def _remember(self, queues: dict[str, QueueStatistics]) -> dict[str, QueueStatistics]:
        """The same with their lengths at earlier looks, or as management told at the first one."""
        now = clock.now().timestamp()
        for name, queue in queues.items():
            known = [*(self._lengths.get(name) or queue.lengths), (now, queue.ready)]
            self._lengths[name] = tuple(one for one in known if now - one[0] <= SPAN)
        return {name: replace(queue, lengths=self._lengths[name]) for name, queue in queues.items()}

    async def _ask_database(self, database: Database) -> DatabaseFacts:
        overview, now = database.overview, clock.now()
        importer, waiting, deliveries = await asyncio.gather(
            database.importers.find_any(),
            overview.count_waiting(now),
            overview.summarize_deliveries(now - EMAILS_WITHIN, now),
        )
        return DatabaseFacts(
            has_importers=importer is not None,
            waiting=waiting.count,
            waiting_since=waiting.since,
            deliveries=deliveries,
        )

    async def _ask_mail(self, at: datetime) -> MailFacts:
        if self._settings.smtp_url is None:
            return MailFacts(was_tried=False)
        if self._mail_tried_at is None or time.monotonic() - self._mail_tried_at >= MAIL_PAUSE:
            self._mail_tried_at = time.monotonic()
            self._mail_tried = at
            self._mail = await mail.try_mail_server(self._settings, within=WITHIN)
        if self._mail is None:
            self._failing.pop("mail", None)
            return MailFacts()
        failure = Failure(self._mail, self._failing.setdefault("mail", at))
        return MailFacts(failure=failure, tried_at=self._mail_tried)


@asynccontextmanager
async def observe(settings: OperatingSettings, *, peek: bool) -> AsyncIterator[Observer]:
    """An observer while the block runs. `peek`: it looks at first messages, for their age (`heads`).

    Raises `SettingError` without a broker's address. A database's is not needed.
    """
    database = Database(settings.need("mongodb_url"), settings.mongodb_database) if settings.mongodb_url else None
    async with open_management(settings) as management:
        observer = Observer(settings, database, management, Heads() if peek else None)
        try:
            yield observer
        finally:
            await observer.stop()
            if database:
                await database.close()


async def _say_nothing() -> None:
    """What a server says that nobody asks."""
