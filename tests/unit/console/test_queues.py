"""What operators read about the queues, and how it is displayed."""

import io
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rich.console import Console

from services.console.output.formatting import format_short_span, format_span
from services.console.queues.queue_lines import summarize_queues
from services.console.queues.queue_statistics import HISTORY, QueueStatistics, parse_management, summarize_delays
from services.console.queues.queue_table import draw_queues
from shared.messaging.broker_limits import DEAD_BYTES
from shared.messaging.topology import WORK_QUEUES

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
QUEUE = "notifier.send-email"
WELL = {name: QueueStatistics(0, 1) for queue in WORK_QUEUES for name in (queue.name, queue.dead)}


def marks(**statistics: QueueStatistics) -> list[str]:
    found = summarize_queues({**WELL, **{name.replace("_", QUEUE): each for name, each in statistics.items()}})
    return [mark for line in found if line.queue == QUEUE for mark in line.marks]


def with_samples(*samples: tuple[float, int], ready: int) -> dict[str, Any]:
    times = [{"timestamp": (NOW.timestamp() - age) * 1000, "sample": sample} for age, sample in samples]
    return {"name": QUEUE, "messages_ready": ready, "messages_ready_details": {"samples": times}}


def test_a_healthy_queue_needs_no_attention() -> None:
    assert not [line for line in summarize_queues(WELL) if line.marks]


@pytest.mark.parametrize(
    ("statistics", "mark"),
    [
        (QueueStatistics(3, 0), "is general-mailer running?"),
        (QueueStatistics(300, 1, growth=12.0), "growing by 12"),
        (QueueStatistics(3, 1, out_rate=0.0, not_empty_for=600.0), "waiting for up to 10 min"),
        (QueueStatistics(3, 1, out_rate=0.0, not_empty_for=float(HISTORY)), "or longer"),
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


def test_a_busy_queue_is_no_problem_just_because_it_is_never_empty() -> None:
    assert marks(_=QueueStatistics(3, 1, out_rate=40.0, not_empty_for=float(HISTORY))) == []


@pytest.mark.parametrize(
    ("queue", "since"),
    [
        (with_samples((0, 2), (60, 2), (120, 0), (180, 5), ready=2), 120),
        (with_samples((0, 2), (60, 2), ready=2), HISTORY),
        (with_samples((0, 2), ready=0), None),
        ({"name": QUEUE, "messages_ready": 2}, None),
    ],
)
def test_since_when_a_queue_is_not_empty_is_read_from_its_lengths(queue: dict[str, Any], since: float | None) -> None:
    assert parse_management([queue], NOW)[QUEUE].not_empty_for == since


def test_the_delays_show_what_waits_and_what_is_held_back() -> None:
    assert summarize_delays({"ace.retry.5s": QueueStatistics(4, 0, held_back=1)}) == {
        "ace.retry.5s": {"ready": 4, "messages_dlx": 1}
    }


@pytest.mark.parametrize("width", [80, 120])
def test_it_fits_a_screen(width: int) -> None:
    busy = {name: QueueStatistics(9_999, 12, 50, 123.4, 123.4, 9, 5_999, 3) for name in WELL}
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
