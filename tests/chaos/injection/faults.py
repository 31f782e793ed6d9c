"""What goes wrong, one function per fault. Each lasts for its scene's time and counts what it did."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass

from embedded_servers.mongodb import MongoDB
from embedded_servers.rabbitmq import RabbitMQ
from shared.messaging.topology import SERVICE_OF, WORKERS
from tests.chaos.injection.mover import mover
from tests.chaos.injection.points import Points
from tests.chaos.injection.proxy import Proxy, Watch, cutting_at_method, cutting_in_the_middle
from tests.chaos.injection.scene import Scene
from tests.chaos.processes.system import Process
from tests.support.mail_sink import ACCEPTED, CUT, MailSink

ACK = (60, 80)
"""basic.ack: a client ends a delivery with it, the server confirms a publish."""

SHORT_LEASE = "6"
"""Seconds of an email's lease while mailers keep being killed; otherwise each email would wait 22."""


ALL_POINTS_WITHIN = 300
"""Seconds to reach enough crash points; the report lists those missed."""


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
    async for turn in _numbered(scene, 3):
        scene.system.sink.answers["DATA"] = "451 later" if turn % 3 == 2 else ACCEPTED


async def _numbered(scene: Scene, pause: float) -> AsyncIterator[int]:
    turn = 0
    async for _ in scene.until_over(pause):
        yield turn
        turn += 1


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


async def disk_alarm(scene: Scene) -> None:
    """The broker's disk is nearly full, so it blocks publishers."""
    await asyncio.sleep(scene.seconds / 4)
    await scene.control("set_disk_free_limit", "100000GB")
    scene.injected += 1
    await asyncio.sleep(scene.seconds / 2)
    await scene.control("set_disk_free_limit", "50MB")


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


def mail(answer: str) -> Callable[[Scene], Awaitable[None]]:
    """The mail server gives this response to every email for a while."""

    async def inject(scene: Scene) -> None:
        sink = scene.system.sink
        before = _refused(sink)
        async for turn in _numbered(scene, 3):
            sink.answers["DATA"] = answer if turn % 2 == 0 else ACCEPTED
        scene.injected += _refused(sink) - before

    return inject


def _refused(sink: MailSink) -> int:
    return len(sink.received) - len(sink.accepted)


async def slow_mail(scene: Scene) -> None:
    scene.system.sink.pause = 4.0
    scene.injected += 1
    await asyncio.sleep(scene.seconds)


async def cut_mail(scene: Scene) -> None:
    """The mail server accepts an email, but the connection ends before it says so."""
    before = _cut(scene.system.sink)
    scene.system.sink.cuts = itertools.cycle((False, False, True))
    await asyncio.sleep(scene.seconds)
    scene.injected += _cut(scene.system.sink) - before


def _cut(sink: MailSink) -> int:
    return sum(email.answer == CUT for email in sink.received)


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


def _proxy(scene: Scene, server: str) -> Proxy:
    return {"broker": scene.system.broker, "database": scene.system.database, "mail": scene.system.mail}[server]
