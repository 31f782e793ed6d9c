"""What a row of an importer file must hold, and the record that is made of it."""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from services.console.table import BadRow, Row
from shared.domain import company_name
from shared.domain.importer_number import ImporterNumber
from shared.domain.invalid import Invalid
from shared.security.fingerprints import BlindIndex
from shared.security.sealing import Sealer, in_document
from shared.storage.contents import ImporterRecord
from shared.storage.importers import StoredImporter

COLUMNS = ("importer_number", "company_name", "poc_name", "poc_email", "top_account")
STATUS = "status"
STATUSES = {"": True, "active": True, "inactive": False}
"""Whether a record with this status is active."""

FORMATS = "NN-NNNNNNNXX, YYDDPP-NNNNN or NNN-NN-NNNN"
NUMBER_RULES = {
    "missing": "importer_number is empty",
    "missing-suffix": "importer_number is an EIN without its two-character suffix: NN-NNNNNNNXX",
    "ambiguous": f"importer_number has no hyphens and fits more than one format: {FORMATS}",
}
NAME_RULES = {
    "missing": "company_name is empty",
    "too-long": f"company_name is longer than {company_name.LONGEST} characters",
    "unprintable": "company_name holds a character that cannot be printed",
    "malformed": "company_name holds no letter or digit",
}


@dataclass(frozen=True, slots=True)
class ImporterRow:
    """A good row: its line, its number as it may be shown, and the record to store."""

    line: int
    number: str
    stored: StoredImporter


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


def read(rows: Iterable[Row | BadRow], storage: Sealer, index: BlindIndex) -> Iterator[ImporterRow | BadRow]:
    """The records of a file's rows, sealed."""
    numbers = Numbers()
    for row in rows:
        yield _read(row, numbers, storage, index) if isinstance(row, Row) else row


def _read(row: Row, numbers: Numbers, storage: Sealer, index: BlindIndex) -> ImporterRow | BadRow:
    try:
        number = ImporterNumber.parse(row.values["importer_number"])
    except Invalid as error:
        return BadRow(row.line, NUMBER_RULES.get(error.rule, f"importer_number is malformed: it must be {FORMATS}"))
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
    sealed = storage.seal(record, in_document("importers", "record", id))
    account = _one_line(row.values["top_account"]) or None
    return ImporterRow(row.line, number.masked, StoredImporter(id, sealed, active, account))


def _one_line(text: str) -> str:
    """The text without control characters, its white space folded; it is no reason to refuse a row."""
    if not text.isprintable():
        text = "".join(" " if unicodedata.category(character)[0] in "CZ" else character for character in text)
    return " ".join(text.split())
