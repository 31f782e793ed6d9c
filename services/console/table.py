"""CSV files as people bring them: read row by row, whatever their size, each bad row on its own.

UTF-8 with or without a byte order mark, any line ends, columns in any order. A quote that nobody closed costs its own
line only; a quoted field may still run over several lines.
"""

import csv
import io
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO

LONGEST_LINE = 65_536
"""Characters. A longer line is no row of these files, and is not kept in memory."""

MOST_LINES = 10
"""Lines that one row may run over."""


class NoSuchTable(Exception):
    """A file that is no table of the wanted kind. Says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row by the names of its columns, and the line on which it begins, counted from 1."""

    line: int
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be used, and why, without quoting what stands in it."""

    line: int
    reason: str


def rows(stream: BinaryIO, required: Sequence[str], optional: Sequence[str] = ()) -> Iterator[Row | BadRow]:
    """The rows of a table with these columns; blank lines are none. Raises `NoSuchTable`."""
    records = _records(_lines(stream))
    header = _header(next(records, None), required, optional)
    for line, record in records:
        if isinstance(record, str):
            yield BadRow(line, record)
        elif len(record) != len(header):
            yield BadRow(line, f"it has {len(record)} columns, the header has {len(header)}")
        elif not _is_utf8(record):
            yield BadRow(line, "it is not UTF-8")
        else:
            yield Row(line, dict(zip(header, record, strict=True)))


def _lines(stream: BinaryIO) -> Iterator[str | None]:
    """The lines; None for one that is too long. Bytes that are not UTF-8 come through as surrogates."""
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="surrogateescape", newline="")
    try:
        while line := text.readline(LONGEST_LINE):
            if len(line) == LONGEST_LINE and line[-1] not in "\r\n":
                while (rest := text.readline(LONGEST_LINE)) and rest[-1] not in "\r\n":
                    pass
                yield None
            else:
                yield line
    finally:
        with suppress(ValueError):  # it is closed already
            text.detach()  # else it would close what is not ours, standard input


class _Lookahead:
    """Lines one after another, with a look at those that follow."""

    def __init__(self, lines: Iterator[str | None]) -> None:
        self._lines = lines
        self._ahead: deque[str | None] = deque()
        self.number = 0
        """Of the line that was taken last."""

    def take(self) -> str | None:
        """The next line. Raises `StopIteration`."""
        line = self._ahead.popleft() if self._ahead else next(self._lines)
        self.number += 1
        return line

    def peek(self, distance: int) -> str | None:
        """The line that will be taken after so many others; None where there is none that could be a row's."""
        while len(self._ahead) <= distance:
            try:
                self._ahead.append(next(self._lines))
            except StopIteration:
                return None
        return self._ahead[distance]


def _records(source: Iterator[str | None]) -> Iterator[tuple[int, list[str] | str]]:
    """The number of each row's first line, and its fields, or what is wrong with it."""
    lines = _Lookahead(source)
    with suppress(StopIteration):
        while True:
            line = lines.take()
            if line is None:
                yield lines.number, f"it is longer than {LONGEST_LINE:,} characters"
            elif line.strip():
                yield lines.number, _record(line, lines)


def _record(line: str, lines: _Lookahead) -> list[str] | str:
    """The fields of the row that begins with this line, and as many more as its quotes need."""
    together = [line]
    while (fields := _fields(together)) is None:
        following = lines.peek(len(together) - 1)
        if following is None or len(together) == MOST_LINES:
            return "its quotes do not pair"
        together.append(following)
    for _ in together[1:]:
        lines.take()
    return fields


def _fields(lines: list[str]) -> list[str] | None:
    """The fields of a whole row; None where these lines are not one."""
    try:
        return next(csv.reader(lines, strict=True))
    except csv.Error:
        return None


def _header(first: tuple[int, list[str] | str] | None, required: Sequence[str], optional: Sequence[str]) -> list[str]:
    """The names of the columns."""
    wanted = ",".join(required)
    if first is None:
        raise NoSuchTable(f"it is empty: its first line must be {wanted}")
    _, names = first
    if isinstance(names, str) or not _is_utf8(names):
        raise NoSuchTable("its first line cannot be read: it must be a CSV file in UTF-8")
    names = [name.strip() for name in names]
    if not set(names) & set(required):  # likely a row already: not quoted
        raise NoSuchTable(f"it has no header: its first line must be {wanted}")
    complaints = [
        f"{fault} {', '.join(found)}"
        for fault, found in (
            ("it lacks", [name for name in required if name not in names]),
            ("it has unknown", [name or '""' for name in names if name not in (*required, *optional)]),
            ("it has twice", sorted({name for name in names if names.count(name) > 1})),
        )
        if found
    ]
    if complaints:
        raise NoSuchTable(f"its columns are wrong: {'; '.join(complaints)}. Its first line must be {wanted}")
    return names


def _is_utf8(fields: list[str]) -> bool:
    try:
        "".join(fields).encode()
    except UnicodeEncodeError:
        return False
    return True
