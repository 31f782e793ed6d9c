"""What happens to connections between the services and their servers."""

import asyncio
from collections.abc import Awaitable, Callable

from tests.chaos.injection.proxy import Proxy, Watch, cutting_at_method, cutting_in_the_middle
from tests.chaos.injection.scene import Scene

ACK = (60, 80)
"""basic.ack: a client ends a delivery with it, the server confirms a publish."""


def broken(server: str, pause: float = 2.5) -> Callable[[Scene], Awaitable[None]]:
    """Connections to a server are reset."""

    async def inject(scene: Scene) -> None:
        async for _ in scene.until_over(pause):
            scene.injected += _proxy(scene, server).reset()

    return inject


def refused(server: str) -> Callable[[Scene], Awaitable[None]]:
    """A server cannot be reached for a while."""

    async def inject(scene: Scene) -> None:
        proxy = _proxy(scene, server)
        proxy.refusing = True
        scene.injected += 1 + proxy.reset()
        await asyncio.sleep(scene.seconds / 2)
        proxy.refusing = False
        await asyncio.sleep(scene.seconds / 2)

    return inject


def frozen(server: str) -> Callable[[Scene], Awaitable[None]]:
    """Connections to a server become half-open: nothing passes, and neither side notices."""

    async def inject(scene: Scene) -> None:
        scene.injected += _proxy(scene, server).freeze()
        await asyncio.sleep(scene.seconds)

    return inject


def late(server: str, seconds: float) -> Callable[[Scene], Awaitable[None]]:
    """All traffic between the services and a server is late."""

    async def inject(scene: Scene) -> None:
        _proxy(scene, server).latency = seconds
        scene.injected += 1
        await asyncio.sleep(scene.seconds)

    return inject


async def cut_in_the_middle(scene: Scene) -> None:
    """Connections to the broker end in the middle of a frame."""
    await _cutting(scene, scene.system.broker, cutting_in_the_middle(40), cutting_in_the_middle(40))


async def cut_database(scene: Scene) -> None:
    """Connections to the database end in the middle of an answer: was it written or not?"""
    await _cutting(scene, scene.system.database, None, cutting_in_the_middle(12))


async def lost_confirms(scene: Scene) -> None:
    """The broker has a message, but its confirm never arrives."""
    await _cutting(scene, scene.system.broker, None, cutting_at_method(ACK, 12))


async def lost_acknowledgements(scene: Scene) -> None:
    """The worker's follow-ups are confirmed, but its acknowledgment never arrives."""
    await _cutting(scene, scene.system.broker, cutting_at_method(ACK, 8), None)


async def _cutting(
    scene: Scene, proxy: Proxy, from_client: Callable[[], Watch] | None, from_server: Callable[[], Watch] | None
) -> None:
    before = proxy.cuts
    proxy.from_client, proxy.from_server = from_client, from_server
    proxy.reset()
    await asyncio.sleep(scene.seconds)
    scene.injected += proxy.cuts - before


def _proxy(scene: Scene, server: str) -> Proxy:
    return {"broker": scene.system.broker, "database": scene.system.database, "mail": scene.system.mail}[server]
