"""What to check before creating an account, and what an account consists of."""

from dataclasses import dataclass
from datetime import datetime

from shared.domain.account import Account, derive_number
from shared.domain.application import Application
from shared.domain.decision import Situation
from shared.domain.errors import PermanentFailure
from shared.security.sealing import CannotOpen, Sealer
from shared.storage.importers import Importers
from shared.storage.portal_users import PortalUsers
from shared.storage.sealed_documents import (
    CONTACT,
    DETAILS,
    PARTICULARS,
    REQUEST,
    Particulars,
)


@dataclass(frozen=True)
class Availability:
    """Whether the importer record and email address are still free, or another application was first."""

    importer_exists: bool = False
    importer_linked: bool = False
    email_taken: bool = False


async def check_availability(situation: Situation, importers: Importers, portal_users: PortalUsers) -> Availability:
    """Looks up the importer record and address as they are now, not as they were at acceptance.

    At first, both are expected to be free: if one is not, creating the account conflicts.
    """
    application = situation.stored
    if situation.is_first:
        return Availability(importer_exists=True)
    if application is None or application.importer is None or application.email is None:
        return Availability()
    stored = await importers.find(application.importer)
    return Availability(
        importer_exists=stored is not None,
        importer_linked=stored is not None and stored.top_account is not None,
        email_taken=await portal_users.exists(application.email),
    )


def build_account(application: Application, storage: Sealer, now: datetime) -> Account:
    """Builds the account for an application. Raises `PermanentFailure` if the application is not complete."""
    request, contact, details, importer, owner = (
        application.request,
        application.contact,
        application.details,
        application.importer,
        application.email,
    )
    if request is None or contact is None or details is None or importer is None or owner is None:
        raise PermanentFailure("the application is not complete")
    try:
        record = CONTACT.open(contact, application.id, storage)
        particulars = Particulars(
            company_name=record.company_name,
            applicant=REQUEST.open(request, application.id, storage),
            details=DETAILS.open(details, application.id, storage),
        )
    except CannotOpen as error:
        raise PermanentFailure(f"the application does not open: {error}") from None
    number = derive_number(application.id)
    return Account(
        number=number,
        application_id=application.id,
        importer=importer,
        owner=owner,
        particulars=PARTICULARS.seal(particulars, number, storage),
        created_at=now,
    )
