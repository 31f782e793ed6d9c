"""Where faults are injected: the system, and the servers that can be killed."""

import asyncio
import random
import subprocess
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from embedded_servers.mongodb import MongoDB
from embedded_servers.rabbitmq import RabbitMQ
from tests.chaos.injection.proxy import Proxy
from tests.chaos.processes.cluster import Cluster
from tests.chaos.processes.process import Process
from tests.chaos.processes.system import System


@dataclass
class Scene:
    """What a fault may touch."""

    system: System
    chance: random.Random
    seconds: float
    rabbitmq: RabbitMQ | None = None
    mongodb: MongoDB | None = None
    cluster: Cluster | None = None
    injected: int = 0

    async def until_over(self, pause: float) -> AsyncIterator[None]:
        """Yields repeatedly, with this average pause, until the fault's time is over."""
        end = time.monotonic() + self.seconds
        while time.monotonic() < end:
            yield
            await asyncio.sleep(min(self.chance.uniform(0.5, 1.5) * pause, max(0.0, end - time.monotonic())))

    async def turns(self, pause: float) -> AsyncIterator[int]:
        """Like `until_over`, and counts."""
        turn = 0
        async for _ in self.until_over(pause):
            yield turn
            turn += 1

    def kill_one_of(self, *kinds: str) -> None:
        """Kills one of these services' processes with SIGKILL."""
        alive = [process for process in self.system.of(*kinds) if process.running and process.running.alive]
        if alive:
            self.chance.choice(alive).kill()
            self.injected += 1

    def restart(self, processes: list[Process]) -> None:
        """Kills processes, so that the supervisor restarts them with their new arguments."""
        for process in processes:
            process.kill()

    def heal(self) -> None:
        """Makes everything work again."""
        for proxy in (self.system.broker, self.system.database, self.system.mail):
            _heal(proxy)
        sink = self.system.sink
        sink.answers, sink.pause, sink.cuts = {}, 0.0, iter(())
        strange = [process for process in self.system.processes if process.arguments]
        for process in strange:
            process.arguments = None
        self.restart(strange)

    async def control(self, *command: str) -> None:
        """Runs rabbitmqctl."""
        assert self.rabbitmq
        _, server = self.rabbitmq.prepare()
        tool = Path(server.command[0]).with_name("rabbitmqctl")
        await asyncio.to_thread(
            subprocess.run,
            [str(tool), "-q", *command],
            env=dict(server.environment),
            check=True,
            timeout=60,
            stdout=subprocess.DEVNULL,
        )


def _heal(proxy: Proxy) -> None:
    proxy.latency, proxy.refusing, proxy.from_client, proxy.from_server = 0.0, False, None, None
    if proxy.silent:
        proxy.silent = False
        proxy.reset()
