"""The database's importer records, opened for loading and showing."""

from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple, Self

from services.console.files.csv_reader import BadRow
from services.console.files.destination import CHANGED, CONTACTS, INACTIVE, NEW, RESEALED, UNCHANGED, Comparison
from services.console.files.importers.importer_rows import ImporterRow
from services.console.output.exit_codes import Unavailable
from services.console.servers.database import OpenDatabase
from shared import clock
from shared.domain.fields import email_address
from shared.domain.fields.importer_number import ImporterNumber
from shared.domain.importer_record import poc_email
from shared.domain.importer_record.poc_email import Fault
from shared.security.sealing import CannotOpen, Sealer
from shared.storage.importers import Importers, StoredImporter
from shared.storage.sealed_documents import RECORD, ImporterRecord


class Change(NamedTuple):
    """A sealed record to store, and the row that it comes from."""

    id: str
    line: int
    number: str
    record: str
    active: bool
    top_account: str | None
    contact_changed: bool = False
    """Whether codes would go to another address than before."""


@dataclass(frozen=True)
class ImporterStore:
    """Importer records and their keys. `current_key` is the id of the key for new records."""

    importers: Importers
    storage: Sealer
    current_key: str
    kinds: ClassVar[tuple[str, ...]] = (NEW, CHANGED, UNCHANGED, CONTACTS, INACTIVE, RESEALED)
    gone: ClassVar[str] = INACTIVE

    @classmethod
    def wrap(cls, database: OpenDatabase) -> Self:
        """The importer records of this database."""
        return cls(database.collections.importers, database.storage, database.current_key)

    def read_change(self, parts: list[Any]) -> Change:
        """Reads a change back from JSON."""
        return Change(*parts)

    async def count(self) -> int:
        """How many records there are."""
        return await self.importers.count()

    async def compare(self, rows: list[ImporterRow]) -> Comparison[Change]:
        """What rows change; refuses those that contradict a link. Loading again also renews seals."""
        known = await self.importers.find_all(row.id for row in rows)
        result = Comparison[Change]()
        for row in rows:
            stored = known.get(row.id)
            if stored and stored.top_account not in (None, row.top_account):
                reason = _contradict(row.number, row.top_account, stored.top_account)
                result.refused.append(BadRow(row.line, reason, row.id, not row.active))
                continue
            kinds = self._compare_row(row, stored)
            result.changes.update(kinds)
            if kinds != {UNCHANGED}:
                if CONTACTS in kinds:
                    result.contacts.append(row.id)
                result.pending.append(self._seal(row, contact_changed=CONTACTS in kinds))
        return result

    def _compare_row(self, row: ImporterRow, stored: StoredImporter | None) -> set[str]:
        """The kinds of change that a row makes."""
        if stored is None:
            return {NEW}
        inactive = {INACTIVE} if stored.active and not row.active else set()
        try:
            record = self.open(stored)
        except CannotOpen:
            return {CHANGED, CONTACTS} | inactive
        if record == row.record and (row.active, row.top_account) == (stored.active, stored.top_account):
            return {UNCHANGED} if stored.record.partition(".")[0] == self.current_key else {UNCHANGED, RESEALED}
        contacts = {CONTACTS} if _normalize_contact(record) != _normalize_contact(row.record) else set()
        return {CHANGED} | contacts | inactive

    async def store(self, pending: list[Change]) -> list[BadRow]:
        """Stores changes; returns those that contradict a link made in the meantime."""
        now = clock.now()
        records = [
            StoredImporter(each.id, each.record, each.active, each.top_account, now if each.contact_changed else None)
            for each in pending
        ]
        refused = await self.importers.store(records)
        return [
            BadRow(each.line, _contradict(each.number, each.top_account, refused[each.id]), each.id, not each.active)
            for each in pending
            if each.id in refused
        ]

    def list_expected(self) -> AsyncIterator[list[str]]:
        """The ids of the active records, in batches."""
        return self.importers.list_active()

    async def filter_expected(self, ids: Collection[str]) -> list[str]:
        """Whichever of these records are active."""
        return await self.importers.find_active(ids)

    async def retire(self, ids: list[str]) -> int:
        """Makes records inactive; returns how many were active."""
        return await self.importers.make_inactive(ids)

    def open(self, stored: StoredImporter) -> ImporterRecord:
        """Opens a record. Raises `CannotOpen`."""
        return RECORD.open(stored.record, stored.id, self.storage)

    def describe(self, stored: StoredImporter) -> dict[str, str | None]:
        """A record as operators see it, with personal data masked. Raises `Unavailable` if no key opens it."""
        try:
            record = self.open(stored)
        except CannotOpen as error:
            raise Unavailable(f"the record does not open: {error} (ACE_KEYS_STORAGE)") from None
        return {
            "importer_number": ImporterNumber.parse(record.importer_number).masked,
            "company_name": record.company_name,
            "poc_email": _mask(record.poc_email),
            "contact_changed_at": stored.contact_changed_at.isoformat() if stored.contact_changed_at else None,
            "status": "active" if stored.active else "inactive",
            "top_account": stored.top_account,
        }

    def _seal(self, row: ImporterRow, *, contact_changed: bool) -> Change:
        sealed = RECORD.seal(row.record, row.id, self.storage)
        return Change(row.id, row.line, row.number, sealed, row.active, row.top_account, contact_changed)


def _normalize_contact(record: ImporterRecord) -> str:
    """The mailbox that a code would go to, for comparison; empty if there is none."""
    return poc_email.read(record.poc_email).comparable


def _mask(text: str) -> str | None:
    """A masked address, or why no email can be sent to it; None if there is no address."""
    found = poc_email.read(text)
    if found.fault is Fault.MISSING:
        return None
    return email_address.mask(found.address) if found.address else str(found.fault)


def _contradict(number: str, said: str | None, account: str | None) -> str:
    what = "another account" if said else "none"
    return f"{number}: the record is linked to {account}, the row says {what}; loading does not change links"
