"""What goes wrong, one function per fault. Each lasts for its scene's time and counts what it did."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from shared.messaging.topology import WORKERS
from tests.chaos.injection.mover import mover
from tests.chaos.injection.scene import Scene


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong."""

    name: str
    inject: Callable[[Scene], Awaitable[None]]
    seconds: float = 15
    repeats_emails: bool = False
    """Whether an email may come twice, because a crash or lost connection can fall between handover and record."""


async def nothing(scene: Scene) -> None:
    async for _ in scene.until_over(5):
        pass


async def disk_alarm(scene: Scene) -> None:
    """The broker's disk is nearly full, so it blocks publishers."""
    await asyncio.sleep(scene.seconds / 4)
    await scene.control("set_disk_free_limit", "100000GB")
    scene.injected += 1
    await asyncio.sleep(scene.seconds / 2)
    await scene.control("set_disk_free_limit", "50MB")


def moved(longest: float, copies: int) -> Callable[[Scene], Awaitable[None]]:
    """Messages arrive late, out of order and several times."""

    async def inject(scene: Scene) -> None:
        async with mover(scene.system, scene.chance, longest, copies) as moving:
            await asyncio.sleep(scene.seconds)
        scene.injected += moving.moved

    return inject


async def an_hour_later(scene: Scene) -> None:
    """A few seconds' messages reach the workers an hour late by every clock, and the clocks stay ahead."""
    async with mover(scene.system, scene.chance, 0.1, 1) as holding:
        holding.held.clear()
        await asyncio.sleep(scene.seconds / 3)
        for process in scene.system.processes:
            process.later += 3700
        scene.restart(scene.system.processes)
        await scene.system.ready()
    scene.injected += holding.moved
    await asyncio.sleep(scene.seconds / 3)


async def wrong_clocks(scene: Scene) -> None:
    """Clocks that start right go wrong by up to half a minute, each process differently."""
    for process in scene.system.of(*WORKERS):
        process.arguments = itertools.repeat(("--clock", str(scene.chance.uniform(-30, 30)), "--after", "4"))
        scene.injected += 1
    scene.restart(scene.system.of(*WORKERS))
    await asyncio.sleep(scene.seconds)


def at_once(*faults: Callable[[Scene], Awaitable[None]]) -> Callable[[Scene], Awaitable[None]]:
    """Several faults together."""

    async def inject(scene: Scene) -> None:
        await asyncio.gather(*(fault(scene) for fault in faults))

    return inject
