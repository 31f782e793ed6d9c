"""The network between a worker and its servers. Each call waits here until somebody says what becomes of it."""

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from typing import Any, TypeVar

from tests.unit.messaging.broker import Sent

T = TypeVar("T")


class Fate(Enum):
    """What becomes of a call."""

    WELL = auto()
    FAILS = auto()
    """It never reaches its server."""
    LOST = auto()
    """It does, but the answer never comes back."""


class Killed(BaseException):
    """The process is gone: nothing catches this."""


@dataclass(eq=False)
class Work:
    """What one process does with one delivery, or a sweep."""

    queue: str
    sent: Sent | None
    began: datetime
    is_dead: bool = False
    channel_closed: bool = False
    acknowledged: bool = False
    emails: list[Any] = field(default_factory=list)
    """Emails that the mail server accepted from it, without a record of it yet as far as it knows."""
    was_harmed: bool = False
    """It died, or a server was away, when it had handed an email over and that was not recorded."""
    task: "asyncio.Task[None] | None" = None


@dataclass(eq=False)
class Call:
    """A call that is on its way."""

    name: str
    """``database save``"""
    by: Work
    fate: "asyncio.Future[Fate]"


working: ContextVar[Work] = ContextVar("working")
"""Whose call it is."""


class Network:
    """Every call that is on its way, in the order in which they began."""

    def __init__(self, harms: Callable[[Work], None]) -> None:
        self.calls: list[Call] = []
        self.carried: list[str] = []
        """The names of all calls whose fate was decided."""
        self._harms = harms

    def of(self, work: Work) -> list[Call]:
        """A process's calls that are on their way."""
        return [call for call in self.calls if call.by is work]

    async def carry(
        self, name: str, act: Callable[[], Awaitable[T]], trouble: Callable[[], BaseException], patience: float | None
    ) -> T:
        """Carries a call to its server and the answer back, as its fate will have it."""
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
            raise trouble() from None
        finally:
            self.calls.remove(call)
        self.carried.append(name)
        if fate is Fate.FAILS:
            self._harms(work)
            raise trouble()
        result = await act()
        if fate is Fate.LOST:
            self._harms(work)
            raise trouble()
        return result


class Reached:
    """A server as workers reach it: over the network."""

    def __init__(
        self,
        network: Network,
        name: str,
        server: object,
        trouble: Callable[[], BaseException],
        patience: float | None = None,
    ) -> None:
        self._network, self._name, self._server = network, name, server
        self._trouble, self._patience = trouble, patience

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        method = getattr(self._server, name)

        def call(*args: Any, **kwargs: Any) -> Awaitable[Any]:
            act = lambda: method(*args, **kwargs)  # noqa: E731
            return self._network.carry(f"{self._name} {name}", act, self._trouble, self._patience)

        return call
