"""Rows of an importer file: what they must contain, and what they say about which record."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from services.console.files.csv_reader import BadRow, Remark, Row
from services.console.files.seen_ids import SeenIds
from services.console.output.number_rules import explain_number
from shared.domain.errors import Invalid
from shared.domain.fields.importer_number import ImporterNumber
from shared.domain.fields.text import keep_printable
from shared.domain.importer_record import company_name, poc_email, record_status
from shared.domain.importer_record.poc_email import Fault
from shared.domain.importer_record.record_status import RecordStatus
from shared.security.fingerprints import BlindIndex
from shared.storage.sealed_documents import ImporterRecord

COLUMNS = ("importer_number", "company_name", "poc_name", "poc_email", "top_account")
STATUS = "status"
UNKNOWN_STATUS = (
    "status is not a word for active (active, 10-Active) or inactive (inactive, 20-Inactive, void): "
    "the record counts as inactive"
)
NAME_RULES = {
    "missing": "company_name is empty",
    "too-long": f"company_name is longer than {company_name.LONGEST} characters",
    "unprintable": "company_name contains an unprintable character",
    "malformed": "company_name contains no letter or digit",
}


@dataclass(frozen=True, slots=True)
class ImporterRow:
    """A good row: its line, its masked number, and what it says about the record with this blind index."""

    line: int
    number: str
    id: str
    record: ImporterRecord
    active: bool
    top_account: str | None
    contact_fault: Fault | None = None
    """Why no code can be sent to its point of contact."""


def read(rows: Iterable[Row | BadRow], index: BlindIndex, numbers: SeenIds) -> Iterator[ImporterRow | BadRow | Remark]:
    """Checks the rows of a file. A remark precedes each row with an unknown status."""
    for row in rows:
        if isinstance(row, BadRow):
            yield row
            continue
        try:
            number = ImporterNumber.parse(row.values["importer_number"])
        except Invalid as error:
            yield BadRow(row.line, f"importer_number {explain_number(error.rule)}")
            continue
        status = record_status.parse(row.values.get(STATUS, ""))
        if status is RecordStatus.UNKNOWN:
            yield Remark(row.line, f"{number.masked}: {UNKNOWN_STATUS}")
        yield _read(row, number, status is RecordStatus.ACTIVE, index, numbers)


def _read(row: Row, number: ImporterNumber, active: bool, index: BlindIndex, numbers: SeenIds) -> ImporterRow | BadRow:
    id = index.compute("importer", number.value)
    if numbers.repeats(id):
        return BadRow(row.line, f"{number.masked}: an earlier row has the same importer_number", id, not active)
    try:
        name = company_name.parse(row.values["company_name"])
    except Invalid as error:
        return BadRow(row.line, f"{number.masked}: {NAME_RULES[error.rule]}", id, not active)
    contact = poc_email.read(row.values["poc_email"])
    record = ImporterRecord(
        importer_number=number.value,
        company_name=name,
        poc_name=keep_printable(row.values["poc_name"]),
        poc_email=contact.address or keep_printable(row.values["poc_email"]),
    )
    account = keep_printable(row.values["top_account"]) or None
    return ImporterRow(row.line, number.masked, id, record, active, account, contact.fault)
