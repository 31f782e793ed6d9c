"""Processes die: workers, gateways, brokers, database servers."""

import asyncio
import time
from collections.abc import Callable, Iterator

from embedded_servers.mongodb import MongoDB
from embedded_servers.rabbitmq import RabbitMQ
from shared.messaging.topology import SERVICE_OF, WORKERS
from tests.chaos.injection.points import Points
from tests.chaos.injection.scene import Scene
from tests.chaos.processes.process import Process
from tests.support.mail_sink import ACCEPTED

SHORT_LEASE = "6"
"""Seconds of an email's lease while mailers keep being killed; otherwise each email would wait 22."""


ALL_POINTS_WITHIN = 300
"""Seconds to reach enough crash points; the report lists those missed."""


async def killed_workers(scene: Scene) -> None:
    async for _ in scene.until_over(0.9):
        scene.kill_one_of(*WORKERS)


async def killed_gateways(scene: Scene) -> None:
    async for _ in scene.until_over(2):
        scene.kill_one_of("gateway")


async def crash_points(scene: Scene) -> None:
    """Workers die before and after one await after another, until one of each service has died."""
    await _dying(scene, lambda points, processes: points.given > processes)


async def every_crash_point(scene: Scene) -> None:
    """Like `crash_points`, but until each await has been reached."""
    await _dying(scene, Points.all_fired)


async def _dying(scene: Scene, enough: Callable[[Points, int], bool]) -> None:
    points = _arm(scene)
    deadline = time.monotonic() + ALL_POINTS_WITHIN
    while True:
        await _emails_wait_at_times(scene)
        if time.monotonic() > deadline or all(
            enough(of_service, len(scene.system.of(service))) for service, of_service in points.items()
        ):
            return


def _arm(scene: Scene) -> dict[str, Points]:
    points = {service: Points(service, scene.chance) for service in WORKERS}
    for process in scene.system.of(*WORKERS):
        process.arguments = _told(scene, process, points[process.kind])
    scene.restart(scene.system.of(*WORKERS))
    return points


def _told(scene: Scene, process: Process, points: Points) -> Iterator[tuple[str, ...]]:
    for point in points:
        scene.injected += 1
        yield ("--at", point, *(("--lease", SHORT_LEASE) if process.kind in SERVICE_OF else ()))


async def _emails_wait_at_times(scene: Scene) -> None:
    """Makes emails wait now and then, because forwarding them is an await too."""
    async for turn in scene.turns(3):
        scene.system.sink.answers["DATA"] = "451 later" if turn % 3 == 2 else ACCEPTED


async def killed_broker(scene: Scene) -> None:
    assert scene.rabbitmq
    await asyncio.sleep(scene.seconds / 3)
    scene.rabbitmq.kill()
    scene.injected += 1
    await asyncio.sleep(2)
    scene.rabbitmq.start()
    await asyncio.to_thread(scene.rabbitmq.wait_until_ready)


async def killed_database(scene: Scene) -> None:
    assert scene.mongodb
    for _ in range(2):
        await asyncio.sleep(scene.seconds / 4)
        scene.mongodb.kill()
        scene.injected += 1
        await asyncio.sleep(2)
        scene.mongodb.start()
        await asyncio.to_thread(scene.mongodb.wait_until_ready)


BUSY = "intake.start-application"
"""A queue that every application passes through."""


async def killed_leader(scene: Scene) -> None:
    """Of three brokers, the leader of a busy queue dies and comes back."""
    assert scene.cluster
    await _killed_node(scene, await asyncio.to_thread(scene.cluster.leader, BUSY))


async def killed_follower(scene: Scene) -> None:
    """Of three brokers, a follower of a busy queue dies and comes back."""
    assert scene.cluster
    leader = await asyncio.to_thread(scene.cluster.leader, BUSY)
    await _killed_node(scene, scene.chance.choice([node for node in scene.cluster.brokers if node is not leader]))


async def killed_primary(scene: Scene) -> None:
    """Of three database servers, the primary dies and comes back."""
    assert scene.cluster
    primary = await asyncio.to_thread(scene.cluster.primary)
    await _killed_node(scene, primary, scene.cluster.wait_until_whole)


async def killed_in_turn(scene: Scene) -> None:
    """Each broker dies once, after the previous one is back, like a rude rolling upgrade."""
    assert scene.cluster
    for node in scene.cluster.brokers:
        await _killed_node(scene, node)


async def _killed_node(scene: Scene, node: RabbitMQ | MongoDB, wait: Callable[[], None] | None = None) -> None:
    await asyncio.sleep(3)
    node.kill()
    scene.injected += 1
    await asyncio.sleep(scene.seconds / 2)
    node.start()
    await asyncio.to_thread(wait or node.wait_until_ready)
    await asyncio.sleep(3)
