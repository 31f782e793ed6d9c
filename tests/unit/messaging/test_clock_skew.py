"""A gateway's clock is measured against the broker's stamp, and operators are told, but not for each command."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from shared.messaging.clock_skew import TOLD_AGAIN
from shared.observability import metrics
from tests.support.memory.broker import Channel, delivered, stamp
from tests.unit.messaging.decisions import changes_nothing
from tests.unit.messaging.rig import START, Rig, a_guess

WARNING = "a gateway's time is not the broker's"


async def count_warnings(processor: Any, *taken_at: datetime, user: str = "gateway") -> int:
    """How many lines operators get about commands with these times, which all arrive at the start."""
    with capture_logs() as lines:
        for at in taken_at:
            await processor.take(delivered(stamp(a_guess(at, user=user), START), Channel()))
    return sum(line["event"] == WARNING and line["gateway"] == user for line in lines)


@pytest.mark.parametrize(
    ("off", "warned"), [(0, 0), (-1, 0), (-60, 0), (2, 0), (3, 1), (-61, 1), (-3600, 1), (86_400, 1)]
)
async def test_a_clock_that_is_off_is_measured_and_told(rig: Rig, off: int, warned: int) -> None:
    assert await count_warnings(rig.processor(changes_nothing), START + timedelta(seconds=off)) == warned
    assert metrics.GATEWAY_SKEW.labels("gateway")._value.get() == off


async def test_each_command_that_is_off_is_counted(rig: Rig) -> None:
    fast, counted = START + timedelta(minutes=1), metrics.SKEWED.labels("a-slow-one")._value
    await count_warnings(rig.processor(changes_nothing), START, fast, fast, user="a-slow-one")
    assert counted.get() == 2


async def test_the_same_gateway_is_told_of_once_an_hour_and_others_still_are(rig: Rig) -> None:
    processor, fast = rig.processor(changes_nothing), START + timedelta(minutes=1)
    assert await count_warnings(processor, fast, fast, fast) == 1
    assert await count_warnings(processor, fast, user="another") == 1
    rig.clock.passes(seconds=TOLD_AGAIN.total_seconds())
    assert await count_warnings(processor, fast, fast) == 1


async def test_a_repeat_or_a_message_without_a_stamp_says_nothing_about_a_clock(rig: Rig) -> None:
    processor, fast = rig.processor(changes_nothing), a_guess(START + timedelta(hours=1))
    waited = stamp(replace(fast, headers={"ace-attempts": 1}), START)
    with capture_logs() as lines:
        for sent in (fast, waited):
            await processor.take(delivered(sent, Channel()))
    assert not [line for line in lines if line["event"] == WARNING]
