"""Bringing a file into the database: all of it is read and compared first, since it may change more than it should."""

import os
import stat
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import BinaryIO, Generic, TypeVar

from services.console.files import allowance
from services.console.files.allowance import Allowance
from services.console.files.batches import batched, pour
from services.console.files.csv_reader import BadRow, Remark
from services.console.files.destination import CONTACTS, Destination, Identified
from services.console.files.header import NoSuchTable
from services.console.files.row_tally import RowTally
from services.console.files.seen_ids import SeenIds
from services.console.files.spool import Spool
from services.console.output import printing
from services.console.output.exit_codes import ExitCode
from services.console.output.progress import Meter

STANDARD_INPUT = "<stdin>"
"""Python's name for it."""

T = TypeVar("T")
C = TypeVar("C", bound=Identified)


@dataclass(frozen=True)
class Asked:
    """How a file is to be loaded."""

    dry_run: bool = False
    complete: bool = False
    """Whether the file holds all there is."""
    most_contacts: Allowance = allowance.DEFAULT
    most_inactive: Allowance = allowance.DEFAULT
    """Of the records that a complete file does not have."""


@dataclass(frozen=True)
class Source(Generic[T, C]):
    """The rows of a file, and what they are loaded into."""

    what: str
    """What the rows are called, in the plural."""
    items: Iterable[T | BadRow | Remark]
    destination: Destination[T, C]
    seen: SeenIds
    """What passed by in `items`."""
    note: Callable[[], str | None] = lambda: None
    """What is to be said about `items` afterwards."""


async def load(file: BinaryIO, source: Source[T, C], asked: Asked = Asked()) -> ExitCode:
    """Stores a file's rows.

    Nothing is stored before all was read, except where there are no records yet: then nothing can be changed.

    Raises:
        TransientFailure: the database went away. What was stored stays; loading the file again is safe.

    """
    destination = source.destination
    name = file_name(file)
    with Meter(name, file_size(file)) as meter, Spool(destination.change) as spool:
        tally = RowTally(name, meter)
        total = await destination.count()

        async def store(pending: list[C]) -> None:
            tally.give_back(await destination.store([one for one in pending if one.id not in tally.closing]))

        async def take(rows: list[T]) -> None:
            compared = await destination.compare(rows)
            tally.add(compared)
            if asked.dry_run:
                return
            if total:
                spool.add(compared.pending)
            else:
                await store(compared.pending)

        try:
            await pour(tally.filter_usable(source.items), take, lambda: meter.reached(tally.rows, file))
        except NoSuchTable as error:
            tally.say(str(error))
            return ExitCode.INCOMPLETE
        if said := source.note():
            tally.say(said)
        closing = await destination.listed_among(tally.closing)
        missing, many = await _missing(destination, source.seen, asked, tally, total)
        tally.changes[destination.gone] += len(closing) + many
        if asked.dry_run:
            printing.print_facts({kind: f"{tally.changes[kind]:,}" for kind in destination.kinds})
        if too_much := list(_too_much(asked, tally, total, many, destination.gone)):
            for line in too_much:
                tally.say(line)
            return ExitCode.STOPPED
        if not asked.dry_run:
            await pour(spool, store, lambda: None)
            for ids in batched((*tally.closing, *missing)):
                await destination.retire(ids)
        tally.say(_summary(tally, destination.kinds, source.what, asked.dry_run) + f", {meter.seconds:.1f} s")
    return ExitCode.INCOMPLETE if tally.bad or tally.remarks else ExitCode.DONE


async def _missing(
    destination: Destination[T, C], seen: SeenIds, asked: Asked, tally: RowTally, total: int
) -> tuple[list[str], int]:
    """Which records a complete file does not have, as far as they may go, and how many."""
    if not asked.complete or not total:
        return [], 0
    if tally.unreadable:
        tally.say(
            f"{tally.unreadable:,} rows may be about any record, so what the file does not have stays as it is: "
            "correct them, and load it again"
        )
        return [], 0
    missing: list[str] = []
    many, most = 0, asked.most_inactive.count_for(total)
    async for ids in destination.listed():
        found = [id for id in ids if id not in seen]
        many += len(found)
        missing += found[: most - len(missing)]
    return missing, many


def _too_much(asked: Asked, tally: RowTally, total: int, many: int, gone: str) -> Iterable[str]:
    """Why the load is not to begin."""
    if asked.complete and total and not tally.good:
        yield "it holds no record, so it cannot be all there is: nothing is changed"
    elif many > asked.most_inactive.count_for(total):
        yield (
            f"it lacks {many:,} records, which would be {gone}, more than --most-inactive ({asked.most_inactive}) "
            f"allows of {total:,}: nothing is changed. Is the file whole?"
        )
    if total and (contacts := tally.changes[CONTACTS]) > asked.most_contacts.count_for(total):
        yield (
            f"it changes the contacts of {contacts:,} records, more than --most-contacts ({asked.most_contacts}) "
            f"allows of {total:,}: nothing is changed. Codes would go there: is the file from whom it should be?"
        )


def _summary(tally: RowTally, kinds: tuple[str, ...], what: str, dry_run: bool) -> str:
    changes = ", ".join(f"{tally.changes[kind]:,} {kind}" for kind in kinds if tally.changes[kind])
    bad = f", {tally.bad:,} bad rows" if tally.bad else ""
    remarks = f", {tally.remarks:,} unknown statuses" if tally.remarks else ""
    loaded = "would be loaded, nothing is" if dry_run else "loaded"
    return f"{tally.good:,} {what} {loaded}{f' ({changes})' if changes else ''}{bad}{remarks}"


def file_name(file: BinaryIO) -> str:
    """What a file is called when something is said about it."""
    name: str = getattr(file, "name", STANDARD_INPUT)
    return "standard input" if name == STANDARD_INPUT else name


def file_size(file: BinaryIO) -> int | None:
    """Bytes of a regular file; None for a pipe."""
    try:
        status = os.fstat(file.fileno())
    except OSError:
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None
