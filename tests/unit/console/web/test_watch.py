import asyncio
from datetime import UTC, datetime

from services.console.web.live.snapshot import Snapshot
from services.console.web.live.watch import Watch
from shared.storage.logins import Role

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


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
    seen = await asyncio.gather(*(anext(watch.follow()) for _ in range(5)))
    running.cancel()
    assert len({id(snapshot) for snapshot in seen}) == 1
    assert looks <= 2  # the first, and one for whoever comes


async def test_a_look_that_fails_is_a_finding_and_not_the_end() -> None:
    async def look() -> Snapshot:
        raise RuntimeError("a bug")

    watch = Watch(look, note_nothing)
    running = asyncio.create_task(watch.run())
    snapshot = await anext(watch.follow())
    assert not running.done()
    running.cancel()
    assert snapshot.failure == "the console could not look: RuntimeError"


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


async def collect(watch: Watch) -> list[Snapshot]:
    return [snapshot async for snapshot in watch.follow()]


def test_an_operator_may_what_a_viewer_may_and_not_the_other_way_around() -> None:
    assert Role.OPERATOR.includes(Role.VIEWER)
    assert not Role.VIEWER.includes(Role.OPERATOR)
