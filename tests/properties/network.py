"""The network between a worker and its servers. Each call waits here until the test decides its fate."""

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from typing import Any, TypeVar
from uuid import UUID

from tests.support.memory.broker import Sent

T = TypeVar("T")


class Fate(Enum):
    """The fate of a call."""

    WELL = auto()
    FAILS = auto()
    """It never reaches its server."""
    LOST = auto()
    """It reaches its server, but the response never comes back."""


class Killed(BaseException):
    """The process is gone. Nothing catches this."""


@dataclass(eq=False)
class Work:
    """One process's work on one delivery, or on a sweep."""

    queue: str
    sent: Sent | None
    began: datetime
    process: int = 0
    """Which of a program's two processes works on it."""
    withdrawn: frozenset[UUID] = frozenset()
    """Applications whose code email was withdrawn before it began."""
    is_dead: bool = False
    channel_closed: bool = False
    acknowledged: bool = False
    emails: list[Any] = field(default_factory=list)
    """Emails that the mail server accepted from it, not yet recorded as far as it knows."""
    was_harmed: bool = False
    """Whether it died or lost a server between handing over an email and recording that."""
    task: "asyncio.Task[None] | None" = None


@dataclass(eq=False)
class Call:
    """A call on its way."""

    name: str
    """``database save``"""
    by: Work
    fate: "asyncio.Future[Fate]"


working: ContextVar[Work] = ContextVar("working")
"""Whose call it is."""


class Network:
    """Every call on its way, in order of their start."""

    def __init__(self, harms: Callable[[Work], None]) -> None:
        self.calls: list[Call] = []
        self.carried: list[str] = []
        """The names of all calls with a decided fate."""
        self._harms = harms

    def of(self, work: Work) -> list[Call]:
        """A process's calls on their way."""
        return [call for call in self.calls if call.by is work]

    async def carry(
        self, name: str, act: Callable[[], Awaitable[T]], failure: Callable[[], BaseException], patience: float | None
    ) -> T:
        """Carries a call to its server and the response back, according to its fate."""
        work = working.get()
        if work.is_dead:
            raise Killed
        call = Call(name, work, asyncio.get_running_loop().create_future())
        self.calls.append(call)
        try:
            async with asyncio.timeout(patience):
                fate = await call.fate
        except TimeoutError:
            self._harms(work)
            raise failure() from None
        finally:
            self.calls.remove(call)
        self.carried.append(name)
        if fate is Fate.FAILS:
            self._harms(work)
            raise failure()
        result = await act()
        if fate is Fate.LOST:
            self._harms(work)
            raise failure()
        return result


class Reached:
    """A server that workers reach over the network."""

    def __init__(
        self,
        network: Network,
        name: str,
        server: object,
        failure: Callable[[], BaseException],
        patience: float | None = None,
    ) -> None:
        self._network, self._name, self._server = network, name, server
        self._failure, self._patience = failure, patience

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        method = getattr(self._server, name)

        def call(*args: Any, **kwargs: Any) -> Awaitable[Any]:
            act = lambda: method(*args, **kwargs)  # noqa: E731
            return self._network.carry(f"{self._name} {name}", act, self._failure, self._patience)

        return call
