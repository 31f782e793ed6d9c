"""Rows of an importer file: what they must contain, and what they say about which record."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from services.console.files.csv_reader import BadRow, Remark, Row
from services.console.files.seen_ids import SeenIds
from services.console.output.number_rules import explain_number
from shared.domain.errors import Invalid
from shared.domain.fields.importer_number import ImporterNumber
from shared.domain.fields.text import clear_placeholder, keep_printable, keep_visible
from shared.domain.importer_record import company_name, poc_email, poc_name, record_status
from shared.domain.importer_record.poc_email import Fault
from shared.domain.importer_record.poc_name import NameFault
from shared.domain.importer_record.record_status import RecordStatus
from shared.security.fingerprints import BlindIndex
from shared.storage.sealed_documents import ImporterRecord

COLUMNS = ("importer_number", "company_name", "poc_name", "poc_email", "top_account")
STATUS = "status"
UNKNOWN_STATUS = (
    "status is not a word for active (active, 10-Active) or inactive (inactive, 20-Inactive, void): "
    "the record counts as inactive"
)
ACCOUNT = re.compile(r"[0-9A-Za-z]+(?:[ _-][0-9A-Za-z]+)*", re.ASCII)
LONGEST_ACCOUNT = 40
"""An account's number, ours (``A-7K2M-0XQ9-4T5V``) or another system's: letters and digits, in groups."""
NO_ACCOUNT = f"top_account is no account number (letters and digits in groups, at most {LONGEST_ACCOUNT} characters)"
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
    name_fault: NameFault | None = None
    """Why its point of contact's name is left out."""


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
    account = clear_placeholder(keep_visible(row.values["top_account"]))
    if account and not (ACCOUNT.fullmatch(account) and len(account) <= LONGEST_ACCOUNT):
        return BadRow(row.line, f"{number.masked}: {NO_ACCOUNT}", id, not active)
    contact, called = poc_email.read(row.values["poc_email"]), poc_name.read(row.values["poc_name"])
    record = ImporterRecord(
        importer_number=number.value,
        company_name=name,
        poc_name=called.name,
        poc_email=contact.address or keep_printable(row.values["poc_email"]),
    )
    return ImporterRow(row.line, number.masked, id, record, active, account or None, contact.fault, called.fault)
