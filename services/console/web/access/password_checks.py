"""Checks passwords, a few at a time: each takes 64 MiB and a processor."""

import asyncio

from services.console.logins.passwords import is_right

AT_A_TIME = 2

MOST_WAITING = 20
"""Tries that may wait for their turn: two seconds. Whoever sends more keeps nobody waiting for longer."""

AGAIN_AFTER = 5
"""Seconds after which to try again when too many wait."""


class PasswordChecks:
    """The checks of this process."""

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(AT_A_TIME)
        self._begun = 0

    @property
    def are_full(self) -> bool:
        """Whether as many wait as may."""
        return self._begun >= AT_A_TIME + MOST_WAITING

    async def check(self, password: str, stored: str | None) -> bool:
        """Whether this is the password behind a hash. Ask `are_full` before."""
        self._begun += 1
        try:
            async with self._free:
                return await asyncio.to_thread(is_right, password, stored)
        finally:
            self._begun -= 1
