"""The importer records of the database, as loading and showing see them: opened."""

from dataclasses import dataclass

from services.console.ending import Unavailable
from services.console.importer_rows import ImporterRow
from services.console.table import BadRow
from shared.domain import email_address
from shared.domain.importer_number import ImporterNumber
from shared.domain.invalid import Invalid
from shared.security.sealing import CannotOpen, Sealer, in_document
from shared.storage.contents import ImporterRecord
from shared.storage.importers import Importers, StoredImporter


@dataclass(frozen=True)
class Registry:
    """Importer records and the keys to them; `current_key` is the id of the one that new ones are sealed under."""

    importers: Importers
    storage: Sealer
    current_key: str

    async def store(self, rows: list[ImporterRow]) -> list[BadRow]:
        """Stores what rows say, unless it is what stands there; rows that contradict a link come back."""
        known = await self.importers.find_all(row.id for row in rows)
        changed = [row for row in rows if row.id not in known or not self._says(row, known[row.id])]
        refused = await self.importers.store([self._sealed(row) for row in changed])
        return [BadRow(row.line, _contradiction(row, refused[row.id])) for row in changed if row.id in refused]

    def _says(self, row: ImporterRow, stored: StoredImporter) -> bool:
        """Whether a stored record is what a row says, sealed under the current key: loading again also renews seals."""
        if (row.active, row.top_account) != (stored.active, stored.top_account):
            return False
        if stored.record.partition(".")[0] != self.current_key:
            return False
        try:
            return self.opened(stored) == row.record
        except CannotOpen:
            return False

    def opened(self, stored: StoredImporter) -> ImporterRecord:
        """What a record holds. Raises `CannotOpen`."""
        return self.storage.open(ImporterRecord, stored.record, place(stored.id))

    def seen(self, stored: StoredImporter) -> dict[str, str | None]:
        """A record as an operator sees it, personal data masked. Raises `Unavailable` where no key opens it."""
        try:
            record = self.opened(stored)
        except CannotOpen as error:
            raise Unavailable(f"the record does not open: {error} (ACE_KEYS_STORAGE)") from None
        return {
            "importer_number": ImporterNumber.parse(record.importer_number).masked,
            "company_name": record.company_name,
            "poc_email": _masked(record.poc_email),
            "status": "active" if stored.active else "inactive",
            "top_account": stored.top_account,
        }

    def _sealed(self, row: ImporterRow) -> StoredImporter:
        return StoredImporter(row.id, self.storage.seal(row.record, place(row.id)), row.active, row.top_account)


def place(id: str) -> str:
    """Where a record's seal belongs."""
    return in_document("importers", "record", id)


def _masked(email: str) -> str | None:
    """An address as it may be shown, and whether a letter can be sent to it; None where there is none."""
    if not email:
        return None
    try:
        return email_address.masked(email_address.parse(email))
    except Invalid:
        return "malformed"


def _contradiction(row: ImporterRow, account: str) -> str:
    said = "another account" if row.top_account else "none"
    return f"{row.number}: the record is linked to {account}, the row says {said}; loading keeps a link as it is"
