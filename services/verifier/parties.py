"""Who a code is for and who asks for it. The contact is read from the importer record, whatever intake wrote."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.contracts.problem import Problem
from shared.domain.application import Application
from shared.domain.errors import PermanentFailure, TransientFailure
from shared.domain.importer_record import contact_hold, poc_email, poc_name
from shared.security.sealing import CannotOpen, Sealer
from shared.storage.importers import Importers
from shared.storage.sealed_documents import CONTACT, RECORD, REQUEST, Applicant, Contact


@dataclass(frozen=True)
class Parties:
    """The two people of an application."""

    applicant: Applicant
    contact: Contact
    sealed_contact: str
    """The contact, sealed for the application's document."""


async def find_parties(
    application: Application | None, importers: Importers, storage: Sealer, *, hold: timedelta, now: datetime
) -> Parties | Problem | None:
    """The parties, or why the record does not allow a code any more; None if there is nothing to look up.

    Raises:
        PermanentFailure: the application does not open.
        TransientFailure: the record does not open: the key is not in our ring (yet).

    """
    if application is None or application.importer is None or application.request is None:
        return None
    try:
        applicant = REQUEST.open(application.request, application.id, storage)
    except CannotOpen as error:
        raise PermanentFailure(f"the application does not open: {error}") from None
    record = await find_record(application.importer, importers, storage, hold=hold, now=now)
    if isinstance(record, Problem):
        return record
    if record.importer_number != applicant.importer_number:
        return Problem.IMPORTER_NOT_MATCHED
    return Parties(applicant, record.contact, CONTACT.seal(record.contact, application.id, storage))


@dataclass(frozen=True)
class ReadRecord:
    """An importer, its number, and its contact, whose address can receive email."""

    importer: str
    """The blind index of its number."""
    importer_number: str
    contact: Contact
    contact_changed_at: datetime | None


async def find_record(
    importer: str, importers: Importers, storage: Sealer, *, hold: timedelta, now: datetime
) -> ReadRecord | Problem:
    """What the record with this blind index says, or why nothing may be sent to its contact now.

    Raises:
        TransientFailure: the record does not open: the key is not in our ring (yet).

    """
    stored = await importers.find(importer)
    if stored is None or not stored.active:
        return Problem.IMPORTER_NOT_MATCHED
    try:
        record = RECORD.open(stored.record, stored.id, storage)
    except CannotOpen as error:
        raise TransientFailure(f"the importer record does not open: {error}") from None
    address = poc_email.read(record.poc_email).address
    if not address:
        return Problem.POC_EMAIL_MISSING
    if contact_hold.find_end(stored.contact_changed_at, hold, now):
        return Problem.CONTACT_RECENTLY_CHANGED
    name = poc_name.read(record.poc_name).name  # again: it may have been stored before loading checked it
    contact = Contact(company_name=record.company_name, poc_name=name, poc_email=address)
    return ReadRecord(importer, record.importer_number, contact, stored.contact_changed_at)
