from datetime import UTC, datetime, timedelta

import pytest

from services.console.web.charts.line_chart import Chart, Line, draw_path, find_ceiling
from services.console.web.charts.queue_charts import DAY, HOUR, draw_lengths, draw_rates, list_ready
from shared.storage.queue_history import QueueMinute

NOW = datetime(2026, 11, 29, 12, 34, 56, tzinfo=UTC)
MINUTE = NOW.replace(second=0)


def minute(ready: int, **more: float | None) -> QueueMinute:
    return QueueMinute("verifier.check-code", ready, None, 0, more.get("in_per_s"), more.get("out_per_s"))


@pytest.mark.parametrize(
    ("highest", "ceiling"), [(0, 1), (0.3, 1), (1, 1), (1.1, 2), (3, 5), (7, 10), (101, 200), (99_000, 100_000)]
)
def test_the_top_of_a_chart_is_a_round_number(highest: float, ceiling: float) -> None:
    assert find_ceiling(highest) == ceiling


def test_a_line_has_a_gap_where_nothing_is_known() -> None:
    assert draw_path([0, 10, None, 5, 5], 10) == "M0 1000h1L250 0M750 500h1L1000 500"


def test_a_minute_stands_in_its_step_and_the_highest_of_five_in_theirs() -> None:
    seen = [(MINUTE - timedelta(minutes=4 - number), minute(number)) for number in range(5)]
    assert list_ready(seen, NOW)[-6:] == [None, 0, 1, 2, 3, 4]
    lengths = draw_lengths(seen, DAY, NOW)
    assert len(lengths.times) == 288
    assert lengths.times[-1] == NOW.replace(minute=30, second=0)
    assert list(lengths.lines[0].values[-2:]) == [None, 4]


def test_minutes_before_the_chart_begins_are_not_in_it() -> None:
    seen = [(MINUTE - timedelta(minutes=60), minute(9)), (MINUTE - timedelta(minutes=59), minute(1))]
    assert [value for value in draw_lengths(seen, HOUR, NOW).lines[0].values if value is not None] == [1]


def test_a_rate_that_nobody_knows_is_not_zero() -> None:
    chart = draw_rates([(MINUTE, minute(1))], HOUR, NOW)
    assert chart.is_empty
    assert "nothing known" in chart.summary


def test_the_table_behind_a_chart_has_the_highest_of_each_span() -> None:
    times = [MINUTE + timedelta(minutes=number) for number in range(60)]
    chart = Chart("A chart", "messages", times, (Line("ready", [float(number) for number in range(60)]),))
    rows = chart.list_rows(12)
    assert len(rows) == 12
    assert rows[0] == (times[0], [4.0])
    assert rows[-1] == (times[55], [59.0])
