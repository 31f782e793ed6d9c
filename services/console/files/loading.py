"""Loads a file into the database. Reads and compares all of it first, in case it would change too much."""

import os
import signal
import stat
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, Generic, TypeVar

from services.console.files.allowance import Allowance
from services.console.files.batches import pour, split_into_batches
from services.console.files.csv_reader import BadRow, Remark
from services.console.files.destination import CONTACTS, Destination, Identified
from services.console.files.header import NoSuchTable
from services.console.files.load_log import LoadLog
from services.console.files.row_tally import RowTally
from services.console.files.seen_ids import SeenIds
from services.console.files.spool import Spool
from services.console.output import printing
from services.console.output.exit_codes import ExitCode
from services.console.output.progress import Meter
from shared.storage.loads import BEGUN, LOADED, STOPPED

STANDARD_INPUT = "<stdin>"
"""Python's name for standard input."""

T = TypeVar("T")
C = TypeVar("C", bound=Identified)


@dataclass(frozen=True)
class LoadMode:
    """How to load a file."""

    dry_run: bool
    complete: bool
    """Whether the file has every record."""
    most_contacts: Allowance
    most_inactive: Allowance
    """How many records may become inactive: a row says so, or a complete file lacks them."""


@dataclass(frozen=True)
class Source(Generic[T, C]):
    """The rows of a file, and where to load them."""

    what: str
    """What the rows are called, in plural."""
    items: Iterable[T | BadRow | Remark]
    destination: Destination[T, C]
    seen: SeenIds
    """The ids seen in `items`."""
    notes: Callable[[], Iterable[str]] = tuple
    """Notes to print about `items` afterwards."""


async def load(file: BinaryIO, source: Source[T, C], mode: LoadMode, log: LoadLog) -> ExitCode:
    """Stores a file's rows, and records that in the audit first.

    Stores nothing before it has read everything, unless there are no records yet that could change.

    Raises:
        TransientFailure: the database is away. Stored rows stay; loading the file again is safe.

    """
    destination = source.destination
    name = name_file(file)
    with Meter(name, measure_file(file)) as meter, Spool(destination.read_change) as spool:
        tally = RowTally(name, meter)
        total = await destination.count()
        recent = await log.count_recent(source.what)

        async def store(pending: list[C]) -> None:
            tally.give_back(await destination.store([one for one in pending if one.id not in tally.closing]))

        async def take(rows: list[T]) -> None:
            compared = await destination.compare(rows)
            tally.add(compared)
            if mode.dry_run:
                return
            if total:
                spool.add(compared.pending)
            else:
                await store(compared.pending)

        async def audit(result: str) -> None:
            if not mode.dry_run:
                await log.write(source.what, result, tally, complete=mode.complete)

        if not total:  # rows are stored as they come
            await audit(BEGUN)
        try:
            with _interrupt_reads():
                await pour(tally.filter_usable(source.items), take, lambda: meter.report(tally.rows, file))
        except NoSuchTable as error:
            tally.say(str(error))
            return ExitCode.INCOMPLETE
        for said in source.notes():
            tally.say(said)
        closing = await destination.filter_expected(tally.closing)
        missing, many = await _find_missing(destination, source.seen, mode, tally, total)
        tally.changes[destination.gone] += len(closing) + many
        if mode.dry_run:
            printing.print_facts({kind: f"{tally.changes[kind]:,}" for kind in destination.kinds})
        if too_much := list(_explain_stop(mode, tally, total, destination.gone, recent)):
            await audit(STOPPED)
            for line in too_much:
                tally.say(line)
            return ExitCode.STOPPED
        await audit(LOADED)
        if not mode.dry_run:
            await pour(spool, store, lambda: None)
            for ids in split_into_batches((*tally.closing, *missing)):
                await destination.retire(ids)
        tally.say(_summarize(tally, destination.kinds, source.what, mode.dry_run) + f", {meter.seconds:.1f} s")
    return ExitCode.INCOMPLETE if tally.bad or tally.remarks else ExitCode.DONE


@contextmanager
def _interrupt_reads() -> Iterator[None]:
    """Lets Ctrl-C end a read that waits for input. asyncio would notice only after the read."""
    handler = signal.getsignal(signal.SIGINT)
    if handler is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)


async def _find_missing(
    destination: Destination[T, C], seen: SeenIds, mode: LoadMode, tally: RowTally, total: int
) -> tuple[list[str], int]:
    """The records that a complete file lacks and that may go, and how many there are."""
    if not mode.complete or not total:
        return [], 0
    if tally.unreadable:
        tally.say(
            f"{tally.unreadable:,} rows may be about any record, so records missing from the file stay as they are: "
            "correct them, and load it again"
        )
        return [], 0
    missing: list[str] = []
    many, most = 0, mode.most_inactive.count_for(total)
    async for ids in destination.list_expected():
        found = [id for id in ids if id not in seen]
        many += len(found)
        missing += found[: most - len(missing)]
    return missing, many


def _explain_stop(mode: LoadMode, tally: RowTally, total: int, gone: str, recent: Counter[str]) -> Iterable[str]:
    """Why the load must not begin. What recent loads changed counts too: several small files are as bad as one."""
    if not total:
        return
    if mode.complete and not tally.good:
        yield "it has no records, so it cannot be complete: nothing is changed"
        return
    for kind, option, most, question in (
        (gone, "--most-inactive", mode.most_inactive, "Is the file complete, and from the right source?"),
        (CONTACTS, "--most-contacts", mode.most_contacts, "Codes would go there: is the file from the right source?"),
    ):
        now, before = tally.changes[kind], recent[kind]
        if now and now + before > most.count_for(total):
            earlier = f" and {before:,} in the last 24 hours, {now + before:,} together," if before else ","
            yield (
                f"{kind}: {now:,} records{earlier} more than {option} ({most}) allows of {total:,}: "
                f"nothing is changed. {question}"
            )


def _summarize(tally: RowTally, kinds: tuple[str, ...], what: str, dry_run: bool) -> str:
    changes = ", ".join(f"{tally.changes[kind]:,} {kind}" for kind in kinds if tally.changes[kind])
    bad = f", {tally.bad:,} bad rows" if tally.bad else ""
    remarks = f", {tally.remarks:,} unknown statuses" if tally.remarks else ""
    loaded = "would be loaded, nothing is" if dry_run else "loaded"
    return f"{tally.good:,} {what} {loaded}{f' ({changes})' if changes else ''}{bad}{remarks}"


def name_file(file: BinaryIO) -> str:
    """A file's name for messages."""
    name: str = getattr(file, "name", STANDARD_INPUT)
    return "standard input" if name == STANDARD_INPUT else name


def measure_file(file: BinaryIO) -> int | None:
    """A regular file's size in bytes; None for a pipe."""
    try:
        status = os.fstat(file.fileno())
    except OSError:
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None
