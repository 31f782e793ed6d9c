from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from services.console.queues.queue_lines import QueueLine, summarize_queues
from services.console.queues.queue_statistics import QueueStatistics
from services.console.web.live.history import History
from services.console.web.live.snapshot import Snapshot
from shared.domain.errors import TransientFailure
from shared.storage.queue_history import Minute, QueueHistory

BEGIN = datetime(2026, 11, 29, 12, tzinfo=UTC)
QUEUE = "verifier.check-code"


@dataclass
class Stored(QueueHistory):
    """What the database would hold."""

    minutes: list[Minute] = field(default_factory=list)
    away: bool = False

    async def keep(self, minute: Minute) -> None:
        if self.away:
            raise TransientFailure("the database is away")
        self.minutes = [*(one for one in self.minutes if one.at != minute.at), minute]

    async def list_since(self, since: datetime) -> list[Minute]:
        if self.away:
            raise TransientFailure("the database is away")
        return [minute for minute in self.minutes if minute.at >= since]


def look(seconds: float, ready: int) -> Snapshot:
    lines: list[QueueLine] = summarize_queues({QUEUE: QueueStatistics(ready, 1, unacked=ready // 2)})
    return Snapshot(BEGIN + timedelta(seconds=seconds), queues=tuple(lines))


async def test_a_minute_keeps_the_highest_counts_of_its_looks() -> None:
    history = History(Stored())
    for seconds, ready in ((0, 4), (20, 10), (40, 2)):
        await history.note(look(seconds, ready))
    [(at, minute)] = history.list_queue(QUEUE, BEGIN)
    assert (at, minute.ready, minute.unacked) == (BEGIN, 10, 5)


async def test_a_new_process_knows_the_minutes_before() -> None:
    stored = Stored()
    history = History(stored)
    for number in range(3):
        await history.note(look(60 * number, number))
    await history.close()
    successor = History(stored)
    await successor.load(BEGIN + timedelta(minutes=4))
    assert [minute.ready for _, minute in successor.list_queue(QUEUE, BEGIN)] == [0, 1, 2]


async def test_while_the_database_is_away_the_minutes_are_in_memory() -> None:
    history = History(Stored(away=True))
    await history.load(BEGIN)
    for number in range(3):
        await history.note(look(60 * number, number))
    assert len(history.list_queue(QUEUE, BEGIN)) == 3


async def test_a_look_that_saw_no_queue_leaves_a_gap() -> None:
    history = History(Stored())
    await history.note(look(0, 1))
    await history.note(Snapshot(BEGIN + timedelta(minutes=1), failure="the broker is away"))
    assert len(history.list_queue(QUEUE, BEGIN)) == 1


async def test_no_more_than_a_day_is_kept_in_memory() -> None:
    history = History(Stored())
    for number in range(24 * 60 + 5):
        await history.note(look(60 * number, 1))
    assert len(history.list_queue(QUEUE, BEGIN)) == 24 * 60
