"""A process that no messages reach exits, but only if the broker is up and it lasts more than seconds."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator

import pytest

from shared.messaging.watchdog import CHECKS, PAUSE, count_misses


def says(answers: str) -> tuple[Callable[[], Awaitable[bool]], Iterator[str]]:
    """Returns one answer after another: ``y`` yes, ``n`` no. When none are left, the test ends."""
    left = iter(answers)

    async def answer() -> bool:
        found = next(left, None)
        if found is None:
            raise asyncio.CancelledError
        return found == "y"

    return answer, left


async def at_once(_seconds: float) -> None:
    """Sleeps for no time."""


async def test_it_gives_up_after_half_a_minute_without_messages_while_the_broker_is_there() -> None:
    consuming, left = says("n" * (CHECKS + 3))
    reachable, _ = says("y" * CHECKS)
    await count_misses(consuming, reachable, at_once)
    assert len(list(left)) == 3
    assert CHECKS * PAUSE == 30


async def test_a_look_that_sees_messages_restarts_the_count() -> None:
    consuming, _ = says("n" * (CHECKS - 1) + "y" + "n" * (CHECKS - 1) + "y")
    reachable, _ = says("y" * 2 * CHECKS)
    with pytest.raises(asyncio.CancelledError):
        await count_misses(consuming, reachable, at_once)


async def test_while_the_broker_is_away_there_is_nothing_to_give_up() -> None:
    consuming, _ = says("n" * 10 * CHECKS)
    reachable, _ = says(("y" * (CHECKS - 1) + "n") * 10 + "n" * CHECKS)
    with pytest.raises(asyncio.CancelledError):
        await count_misses(consuming, reachable, at_once)
