"""Zeros that the broker tells in place of a silent queue are not taken for counts."""

import asyncio
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from shared.messaging import queue_counts
from shared.messaging.queue_counts import LOOKS, QueueCounts, count_queue

SILENT = "silent"


class Scripted:
    """Answers in turn. A silent queue's answer takes as long as the broker waits for its leader."""

    def __init__(self, answers: Sequence[Any]) -> None:
        self.left = list(answers)

    async def declare_queue(self, name: str, *, passive: bool) -> Any:
        assert passive
        answer = self.left.pop(0)
        if answer == SILENT:
            await asyncio.sleep(queue_counts.SILENCE)
            answer = (0, 0)
        ready, consumers = answer
        return SimpleNamespace(declaration_result=SimpleNamespace(message_count=ready, consumer_count=consumers))


@pytest.fixture(autouse=True)
def _short_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue_counts, "SILENCE", 0.01)


@pytest.mark.parametrize(
    ("answers", "counts"),
    [
        ([(3, 2)], QueueCounts(3, 2)),
        ([SILENT, (3, 2)], QueueCounts(3, 2)),
        ([SILENT] * (LOOKS - 1) + [(0, 1)], QueueCounts(0, 1)),
        ([SILENT] * LOOKS, None),
    ],
    ids=["answers", "second look", "last look", "silent"],
)
async def test_a_silent_queue_is_asked_again_and_never_taken_for_empty(
    answers: list[Any], counts: QueueCounts | None
) -> None:
    channel: Any = Scripted(answers)
    assert await count_queue(channel, "intake.start-application") == counts
    assert channel.left == []


async def test_an_empty_queue_that_nobody_consumes_is_believed_at_once() -> None:
    channel: Any = Scripted([(0, 0), (1, 1)])
    assert await count_queue(channel, "intake.start-application") == QueueCounts(0, 0)
