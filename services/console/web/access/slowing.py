"""Slows who guesses passwords: by network and by login, and never for longer than a minute.

A wrong password from a network that knew the right one counts only for that network, so nobody elsewhere can keep a
login's owner waiting there. At a network that never knew it, a stranger who goes on guessing can: all such networks
share one count. Behind a proxy that `ACE_TRUSTED_PROXIES` does not name, everybody is one network.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.storage.logins import Login

FREE = 5
"""Wrong passwords in a row that cost no time: people mistype."""

LONGEST = timedelta(seconds=60)
"""The longest wait after a wrong password."""

FORGOTTEN = timedelta(hours=1)
"""Without another wrong password, the count begins anew."""

MOST = 10_000
"""Networks and logins to count. The longest quiet one makes room."""


@dataclass(frozen=True)
class _Count:
    wrong: int
    last: datetime

    def find_end(self) -> datetime:
        """Until when the next try has to wait."""
        over = self.wrong - FREE
        return self.last + (min(LONGEST, timedelta(seconds=2 ** min(over, 10))) if over >= 0 else timedelta(0))


def list_keys(login: Login | None, name: str, network: str) -> tuple[str, str]:
    """What a try counts for: its network, and the login as seen from there."""
    known = login is not None and network in login.networks
    return f"network {network}", f"login {name} {network if known else 'elsewhere'}"


class Slowing:
    """The wrong passwords of this process."""

    def __init__(self) -> None:
        self._counts: dict[str, _Count] = {}

    def __len__(self) -> int:
        return len(self._counts)

    def measure_wait(self, keys: Iterable[str], now: datetime) -> timedelta:
        """How long the next try has to wait: nothing, or up to a minute."""
        ends = [count.find_end() for key in keys if (count := self._find(key, now))]
        return max([end - now for end in ends], default=timedelta(0))

    def count_wrong(self, keys: Iterable[str], now: datetime) -> None:
        """Counts a wrong password."""
        for key in keys:
            found = self._find(key, now)
            self._counts.pop(key, None)
            while len(self._counts) >= MOST:
                del self._counts[next(iter(self._counts))]
            self._counts[key] = _Count(found.wrong + 1 if found else 1, now)

    def forget(self, keys: Iterable[str]) -> None:
        """Forgets the wrong passwords before a right one."""
        for key in keys:
            self._counts.pop(key, None)

    def _find(self, key: str, now: datetime) -> _Count | None:
        found = self._counts.get(key)
        return found if found and now - found.last < FORGOTTEN else None
