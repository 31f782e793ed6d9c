"""Measures the longest time without a response: from a page, and from the workers."""

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import uuid4

import aio_pika
import httpx

from shared.contracts.commands import AskOutcome
from shared.settings.processes import Settings
from tests.support.gateway import Gateway, connected_gateway

EVERY = 0.2
PATIENCE = 2.0
"""Seconds after which a response counts as missing."""


@dataclass
class Gap:
    """The longest time between two responses."""

    longest: float = 0.0
    last: float = field(default_factory=time.monotonic)

    def answered(self) -> None:
        """Records a response."""
        now = time.monotonic()
        self.longest, self.last = max(self.longest, now - self.last), now

    def begin(self) -> None:
        """Restarts the measurement."""
        self.longest, self.last = 0.0, time.monotonic()

    def so_far(self) -> float:
        """The longest gap, including the current one."""
        return max(self.longest, time.monotonic() - self.last)


@dataclass
class Prober:
    """Asks five times a second."""

    page: Gap = field(default_factory=Gap)
    question: Gap = field(default_factory=Gap)

    def begin(self) -> None:
        """Restarts all measurements."""
        self.page.begin()
        self.question.begin()

    async def load_pages(self, address: str) -> None:
        """Keeps loading a page."""
        async with httpx.AsyncClient(timeout=PATIENCE, trust_env=False) as client:
            while True:
                with suppress(httpx.TransportError):
                    if (await client.get(f"{address}/request")).status_code == 200:
                        self.page.answered()
                await asyncio.sleep(EVERY)

    async def ask(self, settings: Settings, url: str) -> None:
        """Keeps asking for the outcome of an unknown application."""
        told = settings.model_copy(update={"rabbitmq_url": url})
        sessions: set[asyncio.Task[None]] = set()
        try:
            while True:
                left = asyncio.Event()
                session = asyncio.create_task(self._ask_until_silent(told, left))
                sessions.add(session)
                session.add_done_callback(sessions.discard)
                # Do not wait for it to end: closing a frozen connection takes half a minute.
                await left.wait()
                await asyncio.sleep(EVERY)
        finally:
            for session in sessions:
                session.cancel()

    async def _ask_until_silent(self, told: Settings, left: asyncio.Event) -> None:
        with suppress(TimeoutError, OSError, RuntimeError, aio_pika.exceptions.AMQPError):
            try:
                async with asyncio.timeout(PATIENCE * 2) as patience, connected_gateway(told) as gateway:
                    try:
                        while True:
                            patience.reschedule(asyncio.get_running_loop().time() + PATIENCE)
                            await gateway.ask(_question(gateway), expiration=PATIENCE)
                            self.question.answered()
                            await asyncio.sleep(EVERY)
                    finally:
                        left.set()
            finally:
                left.set()


def _question(gateway: Gateway) -> AskOutcome:
    return gateway.outcome(uuid4(), uuid4())
