"""Consumers that are lost although nothing else is."""

from typing import Any

import pytest
from aiormq import Channel


class Consumers:
    """The consumers of this process, oldest first."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._begun: list[tuple[Channel, str]] = []
        consume = Channel.basic_consume

        async def consume_and_remember(channel: Channel, *args: Any, **options: Any) -> Any:
            done = await consume(channel, *args, **options)
            assert done.consumer_tag
            self._begun.append((channel, done.consumer_tag))
            return done

        monkeypatch.setattr(Channel, "basic_consume", consume_and_remember)

    async def lose_one(self) -> None:
        """Ends the oldest without triggering anything that would restore it."""
        channel, tag = self._begun.pop(0)
        await channel.basic_cancel(tag)
