"""Passing on many items in batches."""

import asyncio

import pytest

from services.console.files import batches
from shared.domain.errors import TransientFailure


class Sink:
    """Keeps the items that it receives."""

    def __init__(self) -> None:
        self.kept: list[int] = []
        self.batches: list[int] = []
        self.at_once = self.most_at_once = self.looks = 0

    async def take(self, batch: list[int]) -> None:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0)
        self.at_once -= 1
        self.batches.append(len(batch))
        self.kept += batch

    def look(self) -> None:
        self.looks += 1


async def test_everything_is_taken_in_batches_and_only_a_few_at_once() -> None:
    sink = Sink()
    await batches.pour(range(10_500), sink.take, sink.look)
    assert sorted(sink.kept) == list(range(10_500))
    assert max(sink.batches) == batches.BATCH
    assert sink.most_at_once <= batches.IN_FLIGHT
    assert sink.looks == len(sink.batches)


async def test_what_cannot_be_taken_ends_it() -> None:
    async def away(batch: list[int]) -> None:
        raise TransientFailure("the database is away")

    with pytest.raises(TransientFailure):
        await batches.pour(range(50_000), away, lambda: None)


async def test_no_more_is_read_than_is_on_its_way() -> None:
    items = iter(range(50_000))

    async def away(batch: list[int]) -> None:
        raise TransientFailure("the database is away")

    with pytest.raises(TransientFailure):
        await batches.pour(items, away, lambda: None)
    assert next(items) <= (batches.IN_FLIGHT + 2) * batches.BATCH
