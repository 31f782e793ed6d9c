"""Reads CSV files of any size row by row, and reports each bad row separately.

UTF-8 with or without a byte order mark, any line endings, columns in any order, empty extra columns. An unclosed quote
spoils only its own line, but a quoted field may still span several lines.
"""

import csv
import io
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO

from services.console.files import header
from services.console.files.header import NoSuchTable
from shared.domain.fields.text import INVISIBLE

LONGEST_LINE = 65_536
"""Characters. A longer line is not a row of these files and is not kept in memory."""

LONGEST_FIELD = 2_000
"""Characters. No column needs more, and Unicode's normal forms take quadratic time to compute."""

MOST_LINES = 10
"""Lines that one row may span."""

_NOTHING = "".join(chr(code) for code in (*range(0x3100), *INVISIBLE) if chr(code).isspace() or code in INVISIBLE)
"""Characters that leave a field empty."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row's values by column name, and the line where it begins, counted from 1."""

    line: int
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be used, and why, without quoting its content."""

    line: int
    reason: str
    about: str | None = None
    """The id of its record, if at least that can be read."""
    closes: bool = False
    """Whether it at least says that this record is not active."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A remark about a row that is used anyway."""

    line: int
    reason: str


def read_rows(stream: BinaryIO, required: Sequence[str], optional: Sequence[str] = ()) -> Iterator[Row | BadRow]:
    """The rows of a table with these columns, without blank lines and rows of commas. Raises `NoSuchTable`."""
    lines = _Lookahead(_read_lines(stream))
    names = _read_header(lines, required, optional)
    for line, record in _read_records(lines):
        yield _make_row(line, record, names)


def _read_header(lines: "_Lookahead", required: Sequence[str], optional: Sequence[str]) -> list[str]:
    """The columns; an empty name for each that must stay empty."""
    with suppress(StopIteration):
        while True:
            line = lines.take()
            if line is None:
                raise NoSuchTable(f"its first line is longer than {LONGEST_LINE:,} characters: it is not a CSV file")
            header.refuse_other_kinds(line)
            names = _read_record(line, lines)
            if isinstance(names, str):
                raise NoSuchTable(f"its first line cannot be read ({names}): it must be {','.join(required)}")
            if not _is_blank(names) and not header.is_separator(line):
                return header.match_columns(names, required, optional)
    raise NoSuchTable(f"it is empty: its first line must be {','.join(required)}")


def _make_row(line: int, record: list[str] | str, names: list[str]) -> Row | BadRow:
    if isinstance(record, str):
        return BadRow(line, record)
    count = len(names)
    while len(record) > count and _is_blank(record[-1:]):
        record.pop()
    while len(record) < count and not names[count - 1]:
        count -= 1
    if len(record) != count:
        return BadRow(line, f"it has {len(record)} columns, the header has {len(names)}")
    if not header.is_utf8("".join(record)):
        return BadRow(line, "it is not UTF-8 (perhaps Windows-1252)")
    fields = list(zip(names, record, strict=False))
    for number, (name, value) in enumerate(fields, 1):
        if len(value) > LONGEST_FIELD:
            return BadRow(line, f"column {number} has {len(value):,} characters, and {LONGEST_FIELD:,} are allowed")
        if not name and not _is_blank([value]):
            return BadRow(line, f"column {number} has a value but no name in the header")
    return Row(line, {name: value for name, value in fields if name})


def _read_lines(stream: BinaryIO) -> Iterator[str | None]:
    """The lines; None for a line that is too long. Bytes that are not UTF-8 become surrogates."""
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
        with suppress(ValueError):  # already closed
            text.detach()  # otherwise it would close standard input, which is not ours


class _Lookahead:
    """An iterator over lines that can look ahead."""

    def __init__(self, lines: Iterator[str | None]) -> None:
        self._lines = lines
        self._ahead: deque[str | None] = deque()
        self.number = 0
        """The number of the line taken last."""

    def take(self) -> str | None:
        """The next line. Raises `StopIteration`."""
        line = self._ahead.popleft() if self._ahead else next(self._lines)
        self.number += 1
        return line

    def peek(self, distance: int) -> str | None:
        """The line this many lines ahead; None if there is none that could belong to a row."""
        while len(self._ahead) <= distance:
            try:
                self._ahead.append(next(self._lines))
            except StopIteration:
                return None
        return self._ahead[distance]


def _read_records(lines: _Lookahead) -> Iterator[tuple[int, list[str] | str]]:
    """Each row's first line number, and its fields or what is wrong with it."""
    with suppress(StopIteration):
        while True:
            line = lines.take()
            number = lines.number
            if line is None:
                yield number, f"it is longer than {LONGEST_LINE:,} characters"
            elif not _is_blank(fields := _read_record(line, lines)):
                yield number, fields


def _is_blank(fields: list[str] | str) -> bool:
    """Whether a row, or part of one, is empty."""
    return not "".join(fields).strip(_NOTHING)


def _read_record(line: str, lines: _Lookahead) -> list[str] | str:
    """The fields of the row that begins with this line; its quotes may take in more lines."""
    together = [line]
    while (fields := _split_fields(together)) is None:
        following = lines.peek(len(together) - 1)
        if following is None or len(together) == MOST_LINES:
            return "its quotes do not match"
        together.append(following)
    for _ in together[1:]:
        lines.take()
    return fields


def _split_fields(lines: list[str]) -> list[str] | None:
    """The fields of a complete row; None if these lines are not one."""
    try:
        return next(csv.reader(lines, strict=True))
    except csv.Error:
        return None
