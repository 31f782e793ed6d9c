"""What a row of an importer file must hold, and what it says about which record."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from services.console.table import BadRow, Row
from shared.domain import company_name
from shared.domain.importer_number import ImporterNumber
from shared.domain.invalid import Invalid
from shared.domain.text import printable
from shared.security.fingerprints import BlindIndex
from shared.storage.contents import ImporterRecord

COLUMNS = ("importer_number", "company_name", "poc_name", "poc_email", "top_account")
STATUS = "status"
STATUSES = {"": True, "active": True, "inactive": False}
"""Whether a record with this status is active."""

FORMATS = "NN-NNNNNNNXX, YYDDPP-NNNNN or NNN-NN-NNNN"
NUMBER_RULES = {
    "missing": "is empty",
    "missing-suffix": "is an EIN without its two-character suffix: NN-NNNNNNNXX",
    "ambiguous": f"has no hyphens and fits more than one format: {FORMATS}",
}
NAME_RULES = {
    "missing": "company_name is empty",
    "too-long": f"company_name is longer than {company_name.LONGEST} characters",
    "unprintable": "company_name holds a character that cannot be printed",
    "malformed": "company_name holds no letter or digit",
}


@dataclass(frozen=True, slots=True)
class ImporterRow:
    """A good row: its line, its number as it may be shown, and what it says about the record with this blind index."""

    line: int
    number: str
    id: str
    record: ImporterRecord
    active: bool
    top_account: str | None


def number_rule(rule: str) -> str:
    """What is wrong with a number that broke this rule of the domain."""
    return NUMBER_RULES.get(rule, f"is malformed: it must be {FORMATS}")


class Numbers:
    """The numbers that a file has had so far, as eight bytes each of their blind index."""

    def __init__(self) -> None:
        self._seen: set[int] = set()

    def repeats(self, id: str) -> bool:
        """Whether this one was there before; from now on it was."""
        digest = int(id[:16], 16)
        if digest in self._seen:
            return True
        self._seen.add(digest)
        return False


def read(rows: Iterable[Row | BadRow], index: BlindIndex) -> Iterator[ImporterRow | BadRow]:
    """The rows of a file, checked."""
    numbers = Numbers()
    for row in rows:
        yield _read(row, numbers, index) if isinstance(row, Row) else row


def _read(row: Row, numbers: Numbers, index: BlindIndex) -> ImporterRow | BadRow:
    try:
        number = ImporterNumber.parse(row.values["importer_number"])
    except Invalid as error:
        return BadRow(row.line, f"importer_number {number_rule(error.rule)}")
    id = index.of("importer", number.value)
    if numbers.repeats(id):
        return BadRow(row.line, f"{number.masked}: an earlier row has the same importer_number")
    try:
        name = company_name.parse(row.values["company_name"])
    except Invalid as error:
        return BadRow(row.line, f"{number.masked}: {NAME_RULES[error.rule]}")
    active = STATUSES.get(row.values.get(STATUS, "").strip().lower())
    if active is None:
        return BadRow(row.line, f"{number.masked}: status must be active or inactive")
    record = ImporterRecord(
        importer_number=number.value,
        company_name=name,
        poc_name=_one_line(row.values["poc_name"]),
        poc_email=_one_line(row.values["poc_email"]),
    )
    return ImporterRow(row.line, number.masked, id, record, active, _one_line(row.values["top_account"]) or None)


def _one_line(text: str) -> str:
    """The text without control characters, its white space folded; it is no reason to refuse a row."""
    return printable(text)
