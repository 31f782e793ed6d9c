"""Refused commands in memory."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from uuid import UUID


class RefusedCommands:
    """Remembers every refused command."""

    def __init__(self) -> None:
        self.reasons: dict[tuple[str, UUID], str] = {}
        self.failure: Callable[[], BaseException | None] = lambda: None

    async def remember(self, user: str, message_id: UUID, reason: str, _now: datetime) -> None:
        """Remembers a command that nobody could read."""
        await asyncio.sleep(0)
        if failure := self.failure():
            raise failure
        self.reasons[user, message_id] = reason

    async def find(self, user: str, message_id: UUID) -> str | None:
        """Why a command could not be read."""
        await asyncio.sleep(0)
        return self.reasons.get((user, message_id))
