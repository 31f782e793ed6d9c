import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import cast

from services.console.health.facts import BrokerFacts, DatabaseFacts, HealthFacts, MailFacts
from services.console.health.observer import Observer
from services.console.queues.queue_statistics import QueueStatistics
from services.console.web.live.counting import OLD, Counting
from services.console.web.live.reader import Reader
from shared import clock
from shared.domain.errors import TransientFailure
from shared.messaging.topology import WORK_QUEUES
from shared.storage.reports import CodeEmails, Reports


class CountedReports:
    """Reports of a database that answers, hangs or fails."""

    def __init__(self, *, fails: bool = False, hangs: bool = False) -> None:
        self.asked = 0
        self._fails, self._hangs = fails, hangs

    async def count_reached(self, _since: datetime) -> dict[str, int]:
        self.asked += 1
        if self._hangs:
            await asyncio.Event().wait()
        if self._fails:
            raise TransientFailure("the database is away")
        return {"requested": 1}

    async def measure_code_emails(self, *_asked: object) -> CodeEmails:
        return CodeEmails(1, 0, 0)


class WellObserver:
    broker = BrokerFacts()

    async def look(self) -> HealthFacts:
        database = DatabaseFacts(has_importers=True, waiting=0)
        return HealthFacts(at=clock.now(), broker=self.broker, database=database, mail=MailFacts())


class WithoutWorkersObserver(WellObserver):
    broker = BrokerFacts(queues={queue.name: QueueStatistics(0, 0, 0) for queue in WORK_QUEUES})


@asynccontextmanager
async def counting_in(reports: CountedReports, *, asked: bool) -> AsyncIterator[Counting]:
    found = Counting(cast("Reports", reports))
    if asked:
        found.ask()
    running = asyncio.create_task(found.run())
    await asyncio.sleep(0)  # the task begins
    yield found
    running.cancel()


async def test_health_does_not_wait_for_a_count() -> None:
    reports = CountedReports(hangs=True)
    async with counting_in(reports, asked=True) as found, asyncio.timeout(5):
        snapshot = await Reader(cast("Observer", WellObserver()), found, str).look()
    assert reports.asked == 1
    assert snapshot.health
    assert snapshot.reached is None


async def test_what_is_to_be_done_is_the_command_of_the_place_where_this_runs() -> None:
    async with counting_in(CountedReports(), asked=False) as found:
        observer = cast("Observer", WithoutWorkersObserver())
        snapshot = await Reader(observer, found, "systemctl restart {}".format).look()
    assert "systemctl restart verifier" in str(snapshot.health)


async def test_a_look_shows_the_latest_counts_unless_they_are_old() -> None:
    async with counting_in(CountedReports(), asked=True) as found:
        snapshot = await Reader(cast("Observer", WellObserver()), found, str).look()
        assert (snapshot.reached, snapshot.code_emails) == ({"requested": 1}, CodeEmails(1, 0, 0))
        assert found.read(clock.now() + OLD) is None


async def test_nothing_is_counted_while_nobody_watches() -> None:
    reports = CountedReports()
    async with counting_in(reports, asked=False):
        assert reports.asked == 0


async def test_a_count_that_failed_is_not_tried_again_at_once() -> None:
    reports = CountedReports(fails=True)
    async with counting_in(reports, asked=True) as found:
        for _ in range(20):
            await Reader(cast("Observer", WellObserver()), found, str).look()
            await asyncio.sleep(0)
        assert (reports.asked, found.read(clock.now())) == (1, None)
