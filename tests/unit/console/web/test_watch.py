import asyncio
import time
from datetime import UTC, datetime

import pytest
from pymongo.errors import OperationFailure

from services.console.web.live.snapshot import Snapshot
from services.console.web.live.watch import STALE, Watch
from shared.storage.logins import Role

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
VERA = "vera"


async def note_nothing(_snapshot: Snapshot) -> None:
    """Keeps nothing."""


async def test_everybody_who_watches_sees_the_same_look_and_nobody_else_costs_one() -> None:
    looks = 0

    async def look() -> Snapshot:
        nonlocal looks
        looks += 1
        return Snapshot(NOW)

    watch = Watch(look, note_nothing)
    running = asyncio.create_task(watch.run())
    seen = await asyncio.gather(*(anext(watch.follow(VERA)) for _ in range(5)))
    running.cancel()
    assert len({id(snapshot) for snapshot in seen}) == 1
    assert looks <= 2  # the first, and one for whoever comes


async def test_a_look_that_fails_is_a_finding_and_not_the_end() -> None:
    async def look() -> Snapshot:
        raise RuntimeError("a bug")

    watch = Watch(look, note_nothing)
    running = asyncio.create_task(watch.run())
    snapshot = await anext(watch.follow(VERA))
    assert not running.done()
    running.cancel()
    assert snapshot.failure == "the console could not look: RuntimeError"


async def test_a_look_that_a_lost_connection_cancels_is_a_finding_and_not_the_end() -> None:
    async def look() -> Snapshot:
        lost = asyncio.get_running_loop().create_future()
        lost.cancel()
        await lost
        return Snapshot(NOW)

    watch = Watch(look, note_nothing)
    running = asyncio.create_task(watch.run())
    snapshot = await anext(watch.follow(VERA))
    assert not running.done()
    running.cancel()
    assert snapshot.failure == "the console could not look: a connection was lost"


async def test_a_look_that_cannot_be_kept_is_not_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.console.web.live.watch.OFTEN", 0.0)

    async def look() -> Snapshot:
        return Snapshot(NOW)

    async def fail(_snapshot: Snapshot) -> None:
        raise OperationFailure("the disk is full")

    watch = Watch(look, fail)
    running = asyncio.create_task(watch.run())
    async with asyncio.timeout(10):
        seen = await take(watch, 2)
    running.cancel()
    assert seen[0] is not seen[1]


async def test_a_watch_that_looks_no_more_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    async def look() -> Snapshot:
        return Snapshot(NOW)

    watch = Watch(look, note_nothing)
    running = asyncio.create_task(watch.run())
    await anext(watch.follow(VERA))
    running.cancel()
    assert watch.is_looking
    ended_at = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: ended_at + STALE)
    assert not watch.is_looking


async def test_open_pages_are_counted_by_login() -> None:
    async def look() -> Snapshot:
        return Snapshot(NOW)

    watch = Watch(look, note_nothing)
    running = asyncio.create_task(watch.run())
    pages = [watch.follow(VERA), watch.follow(VERA), watch.follow("otto")]
    for page in pages:
        await anext(page)
    assert (watch.count_pages(VERA), watch.count_pages("otto"), watch.watchers) == (2, 1, 3)
    assert watch.watched.is_set()
    for page in pages:
        await page.aclose()
    assert (watch.count_pages(VERA), watch.watchers, watch.watched.is_set()) == (0, 0, False)
    running.cancel()


async def test_a_process_that_stops_ends_what_follows() -> None:
    async def look() -> Snapshot:
        return Snapshot(NOW)

    watch = Watch(look, note_nothing)
    followed = asyncio.create_task(collect(watch))
    await asyncio.sleep(0)
    assert watch.watchers == 1
    await watch.close()
    async with asyncio.timeout(5):
        assert await followed == []
    assert watch.watchers == 0


async def take(watch: Watch, most: int) -> list[Snapshot]:
    follow = watch.follow(VERA)
    return [await anext(follow) for _ in range(most)]


async def collect(watch: Watch) -> list[Snapshot]:
    return [snapshot async for snapshot in watch.follow(VERA)]


def test_an_operator_may_what_a_viewer_may_and_not_the_other_way_around() -> None:
    assert Role.OPERATOR.includes(Role.VIEWER)
    assert not Role.VIEWER.includes(Role.OPERATOR)
