"""Bringing a file's rows into a store."""

import asyncio
import io
from typing import Any, BinaryIO

import pytest

from services.console import loading
from services.console.ending import Ending
from services.console.table import BadRow, NoSuchTable
from shared.domain.trouble import Transient


class File(io.BytesIO):
    """A file without a size, as a pipe is."""

    name = "records.csv"


class Store:
    """Keeps what it is given, and refuses some of it."""

    def __init__(self, *refused: int) -> None:
        self.kept: list[int] = []
        self.batches: list[int] = []
        self.at_once = self.most_at_once = 0
        self._refused = refused

    async def store(self, batch: list[int]) -> list[BadRow]:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0)
        self.at_once -= 1
        self.batches.append(len(batch))
        self.kept += [item for item in batch if item not in self._refused]
        return [BadRow(item, "refused") for item in batch if item in self._refused]


async def load(items: Any, store: Store) -> Ending:
    file: BinaryIO = File()
    return await loading.load(file, items, store.store, what="records")


async def test_everything_is_stored_in_batches_and_only_a_few_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    store = Store()
    assert await load(range(10_500), store) is Ending.DONE
    assert sorted(store.kept) == list(range(10_500))
    assert max(store.batches) == loading.BATCH
    assert store.most_at_once <= loading.IN_FLIGHT
    assert "records.csv: 10,500 records loaded, " in capsys.readouterr().err


async def test_bad_rows_are_named_on_standard_error_and_the_good_ones_stored(
    capsys: pytest.CaptureFixture[str],
) -> None:
    store = Store(4)
    assert await load([BadRow(2, "its quotes do not pair"), 3, 4], store) is Ending.INCOMPLETE
    said = capsys.readouterr()
    assert store.kept == [3]
    assert said.out == ""
    assert said.err.splitlines()[:2] == ["records.csv, line 2: its quotes do not pair", "records.csv, line 4: refused"]
    assert "1 records loaded, 2 bad rows" in said.err


async def test_a_file_that_is_no_such_table_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    def items() -> Any:
        raise NoSuchTable("it is empty")
        yield

    assert await load(items(), Store()) is Ending.INCOMPLETE
    assert capsys.readouterr().err == "records.csv: it is empty\n"


async def test_a_database_that_goes_away_ends_the_loading() -> None:
    class Away(Store):
        async def store(self, batch: list[int]) -> list[BadRow]:
            raise Transient("the database is away")

    with pytest.raises(Transient):
        await load(range(50_000), Away())


async def test_now_and_then_a_line_says_how_far_it_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("services.console.progress.PAUSE", 0.0)
    await load(range(2_000), Store())
    assert "records.csv: 2,000 rows, 0 s" in capsys.readouterr().err
