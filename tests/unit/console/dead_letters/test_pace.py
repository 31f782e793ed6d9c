"""Dead letters are replayed no faster than asked, and without needless waits."""

import asyncio

import pytest

from services.console.dead_letters.pace import Pace


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The length of each wait, on a clock that only moves during waits."""
    found: list[float] = []

    async def sleep(seconds: float) -> None:
        found.append(round(seconds, 3))

    monkeypatch.setattr("services.console.dead_letters.pace.time.monotonic", lambda: 1_000.0 + sum(found))
    monkeypatch.setattr("services.console.dead_letters.pace.asyncio.sleep", sleep)
    return found


def paced(rate: float | None, *counts: int) -> None:
    async def go() -> None:
        pace = Pace(rate)
        for count in counts:
            await pace.wait(count)

    asyncio.run(go())


def test_those_before_have_had_their_time_and_nobody_waits_after_the_last(waits: list[float]) -> None:
    paced(10, 2, 2, 5)
    assert waits == [0, 0.2, 0.2]


def test_without_a_rate_nobody_waits(waits: list[float]) -> None:
    paced(None, 50, 50)
    assert waits == []
