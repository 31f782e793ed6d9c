"""The first line of a CSV file: its column names, or signs that it is something else."""

import re
from collections import Counter
from collections.abc import Sequence

from shared.domain.fields.text import keep_printable

QUOTED, LONGEST_QUOTE = 5, 40
"""Unknown columns to name, and characters of each."""

AS_CSV = 'save it as "CSV UTF-8 (Comma delimited)"'
"""What spreadsheets call the one format that we read."""

_MAGIC = (
    (b"PK\x03\x04", f"it is an Excel workbook (or another ZIP file): open it and {AS_CSV}"),
    (b"\xd0\xcf\x11\xe0", f"it is an old Excel workbook: open it and {AS_CSV}"),
    (b"\x1f\x8b", "it is packed with gzip: unpack it first"),
    (b"%PDF", "it is a PDF: ask for the same as CSV"),
    (b"<", "it is a web page or XML: ask for the same as CSV"),
    (b"{", "it is JSON: ask for the same as CSV"),
    (b"[", "it is JSON: ask for the same as CSV"),
)

_DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}


class NoSuchTable(Exception):
    """A file that is not the expected table. Says what is wrong with it."""


def refuse_other_kinds(line: str) -> None:
    """Raises `NoSuchTable` if a file's first line shows that it is not CSV in UTF-8. Other bytes are surrogates."""
    raw = line.encode("utf-8", "surrogateescape").lstrip()
    for magic, said in _MAGIC:
        if raw.startswith(magic):
            raise NoSuchTable(said)
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in raw:
        raise NoSuchTable(f'it is UTF-16 (Excel\'s "Unicode Text"), not UTF-8: {AS_CSV}')
    if not raw.isascii() and not is_utf8(line):
        raise NoSuchTable(f"its first line is not UTF-8 (perhaps Windows-1252): {AS_CSV}")


def is_separator(line: str) -> bool:
    """Whether a line only tells Excel the column separator: ``sep=,``."""
    return re.fullmatch(r'"?sep=."?\s*', line, re.IGNORECASE) is not None


def match_columns(names: list[str], required: Sequence[str], optional: Sequence[str] = ()) -> list[str]:
    """The columns in a header, whatever its case, spaces and dashes; an empty name for an unnamed one.

    Raises:
        NoSuchTable: a column is missing, unknown or there twice; or this is not a header.

    """
    wanted = ",".join(required)
    known = {_normalize(name): name for name in (*required, *optional)}
    found = [known.get(_normalize(name), "") for name in names]
    if not any(found):
        raise NoSuchTable(_recognize_separator(names, known) or f"it has no header: its first line must be {wanted}")
    unknown = [_quote(name) for name, column in zip(names, found, strict=True) if _normalize(name) and not column]
    complaints = [
        f"{fault} {', '.join(of)}"
        for fault, of in (
            ("it lacks", [name for name in required if name not in found]),
            ("it has unknown", unknown[:QUOTED]),
            ("it has twice", sorted(name for name, count in Counter(filter(None, found)).items() if count > 1)),
        )
        if of
    ]
    if complaints:
        raise NoSuchTable(f"its columns are wrong: {'; '.join(complaints)}. Its first line must be {wanted}")
    return found


def _quote(name: str) -> str:
    """A column's name as a terminal may show it: without control characters, and not all of a long one."""
    return keep_printable(name[:LONGEST_QUOTE])


def _normalize(name: str) -> str:
    """A name's letters and digits, because exports may write ``Importer Number``."""
    return re.sub(r"[\W_]+", "", name.casefold())


def _recognize_separator(names: list[str], known: dict[str, str]) -> str | None:
    """What is wrong with a header that has all names in one field."""
    line = ",".join(names)
    for delimiter, called in _DELIMITERS.items():
        if delimiter in line and any(_normalize(name) in known for name in line.split(delimiter)):
            return f"its columns are separated by {called}, not by commas: {AS_CSV}"
    if any(_normalize(name) in known for name in line.split(",")):
        return f"each line is quoted as a whole, not each field: {AS_CSV}"
    return None


def is_utf8(text: str) -> bool:
    """Whether a text was UTF-8. Other bytes have become surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
