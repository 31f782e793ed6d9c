"""What operators read about the queues, and how it is displayed."""

import io
from collections import Counter
from datetime import timedelta

import pytest
from rich.console import Console

from services.console.output.formatting import format_short_span, format_span
from services.console.queues.drain import estimate_drain
from services.console.queues.queue_lines import summarize_queues
from services.console.queues.queue_statistics import (
    QueueStatistics,
    is_nothing_delayed,
    parse_management,
    summarize_delays,
)
from services.console.queues.queue_table import CELLS, draw_queues
from shared.messaging.broker_limits import DEAD_BYTES
from shared.messaging.topology import RETRY_STEPS, WORK_QUEUES

QUEUE = "notifier.send-email"
WELL = {name: QueueStatistics(0, 1) for queue in WORK_QUEUES for name in (queue.name, queue.dead)}


def marks(**statistics: QueueStatistics) -> list[str]:
    found = summarize_queues({**WELL, **{name.replace("_", QUEUE): each for name, each in statistics.items()}})
    return [mark for line in found if line.queue == QUEUE for mark in line.marks]


def test_a_healthy_queue_needs_no_attention() -> None:
    assert not [line for line in summarize_queues(WELL) if line.marks]


@pytest.mark.parametrize(
    ("statistics", "mark"),
    [
        (QueueStatistics(3, 0), "general-mailer is not running"),
        (QueueStatistics(300, 1, growth=12.0), "growing by 12"),
        (QueueStatistics(0, 1, held_back=2), "held back"),
    ],
)
def test_a_queues_problem_is_reported(statistics: QueueStatistics, mark: str) -> None:
    assert mark in " ".join(marks(_=statistics))


def test_dead_letters_are_a_mark_with_the_command_that_lists_them() -> None:
    [mark] = marks(**{"_.dead": QueueStatistics(1_234, 0)})
    assert mark == f"1,234 dead letters: acectl dead list --queue {QUEUE}"


def test_dead_letters_that_take_most_of_their_room_are_a_mark_before_they_are_full() -> None:
    nearly, half = int(DEAD_BYTES * 0.85), DEAD_BYTES // 2
    assert "its dead letters are 85% full" in marks(**{"_.dead": QueueStatistics(1_234, 0, size=nearly)})[0]
    assert len(marks(**{"_.dead": QueueStatistics(1_234, 0, size=half)})) == 1


def test_a_missing_queue_is_reported() -> None:
    found = summarize_queues({})
    assert all("acectl topology apply" in line.marks[0] for line in found)


def test_a_first_message_that_waits_long_is_reported_with_its_age() -> None:
    [line] = [
        each for each in summarize_queues({**WELL, QUEUE: QueueStatistics(3, 1)}, None, {QUEUE: 600.0}) if each.marks
    ]
    assert line.marks == ["its first message has been waiting for 10 min"]


def oldest(statistics: QueueStatistics, age: float | None = None) -> str:
    lines = summarize_queues({**WELL, QUEUE: statistics}, None, {} if age is None else {QUEUE: age})
    return next(CELLS["OLDEST"](line) for line in lines if line.queue == QUEUE)


@pytest.mark.parametrize(
    ("statistics", "age", "shown"),
    [
        (QueueStatistics(0, 1), None, "-"),
        (QueueStatistics(3, 1), 72.0, "72s"),
        (QueueStatistics(3, 1), None, "?"),
        (QueueStatistics(0, 0, answers=False), None, "?"),
    ],
)
def test_an_age_that_nobody_knows_is_shown_as_unknown(
    statistics: QueueStatistics, age: float | None, shown: str
) -> None:
    assert oldest(statistics, age) == shown


def test_the_lengths_of_the_last_minute_are_read_from_the_oldest_on() -> None:
    samples = [{"timestamp": at * 1000, "sample": count} for at, count in ((20, 1), (15, 2), (10, 3))]
    found = parse_management([{"name": QUEUE, "messages_ready_details": {"samples": samples}}])
    assert found[QUEUE].lengths == ((10, 3), (15, 2), (20, 1))


@pytest.mark.parametrize(
    ("lengths", "seconds"),
    [
        ([(0, 400), (10, 300), (20, 200), (30, 100)], 10),
        ([(at, 1_000 - 20 * at) for at in range(0, 42, 2)], 10),
        ([(0, 400), (10, 300), (20, 310), (30, 100)], None),
        ([(0, 400), (10, 120), (20, 110), (30, 100)], None),
        ([(0, 100), (10, 200), (20, 300), (30, 400)], None),
        ([(10, 300), (20, 200), (30, 100)], None),
        ([(0, 300), (10, 200), (20, 100), (30, 0)], None),
        ([], None),
    ],
    ids=["steady", "often", "rise", "stalled", "growing", "short", "empty", "unknown"],
)
def test_only_of_a_steady_fall_is_the_end_estimated(lengths: list[tuple[float, int]], seconds: float | None) -> None:
    assert estimate_drain(lengths) == (None if seconds is None else pytest.approx(seconds, rel=0.3))


def test_the_delays_show_what_waits_and_what_is_held_back() -> None:
    assert summarize_delays({"ace.retry.5s": QueueStatistics(4, 0, held_back=1)}) == {
        "ace.retry.5s": {"ready": 4, "messages_dlx": 1}
    }


@pytest.mark.parametrize(
    ("changed", "nothing"),
    [
        ({}, True),
        ({"ace.retry.5s": QueueStatistics(1, 0)}, False),
        ({"ace.retry.5s": QueueStatistics(0, 1)}, False),
        ({"ace.retry.5s": QueueStatistics(0, 0, answers=False)}, False),
    ],
    ids=["empty", "one waits", "somebody has them out", "does not answer"],
)
def test_nothing_waits_to_be_tried_again_only_if_every_delay_says_so(
    changed: dict[str, QueueStatistics], nothing: bool
) -> None:
    empty = {step.name: QueueStatistics(0, 0) for step in RETRY_STEPS}
    assert is_nothing_delayed(empty | changed) is nothing
    del empty["ace.retry.1s"]
    assert not is_nothing_delayed(empty | changed)


@pytest.mark.parametrize("width", [80, 120])
def test_it_fits_a_screen(width: int) -> None:
    busy = {name: QueueStatistics(9_999, 12, 50, 123.4, 123.4, 9, 3) for name in WELL}
    waits = {queue.name: Counter({"10 min": 999}) for queue in WORK_QUEUES}
    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=False, highlight=False)
    for each in draw_queues(summarize_queues(busy, waits), {})[:1]:
        console.print(each)
    printed = out.getvalue().splitlines()
    assert all(len(line.rstrip()) <= width for line in printed)
    assert len(printed) == len(WORK_QUEUES) + 1
    for queue in WORK_QUEUES:
        assert sum(queue.name in line for line in printed) == 1


@pytest.mark.parametrize(
    ("seconds", "brief", "span"),
    [(0, "0s", "0 s"), (72, "72s", "1 min 12 s"), (600, "10m", "10 min"), (7_260, "2h", "2 h"), (200_000, "2d", "2 d")],
)
def test_spans_of_time_are_short(seconds: float, brief: str, span: str) -> None:
    assert format_short_span(seconds) == brief
    assert format_span(timedelta(seconds=seconds)) == span
