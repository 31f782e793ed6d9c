"""What must be known before an account is created, and what the account is made of."""

from dataclasses import dataclass
from datetime import datetime

from shared.contracts.events import ApplicationSubmitted
from shared.domain.account import Account, number_for
from shared.domain.application import Application
from shared.domain.errors import PermanentFailure
from shared.messaging.handler import Situation
from shared.security.sealing import CannotOpen, Sealer, in_document
from shared.storage.importers import Importers
from shared.storage.portal_users import PortalUsers
from shared.storage.sealed_documents import Applicant, Contact, Details, Particulars


@dataclass(frozen=True)
class Facts:
    """Who was first, if somebody was."""

    importer_exists: bool = False
    importer_linked: bool = False
    email_taken: bool = False


class Registry:
    """Looks up importer record and address as they are now, not as they were when the application was accepted."""

    def __init__(self, importers: Importers, portal_users: PortalUsers) -> None:
        self._importers = importers
        self._portal_users = portal_users

    async def look_up(self, _event: ApplicationSubmitted, situation: Situation) -> Facts:
        """Whether importer and address are still free."""
        application = situation.application
        if application is None or application.importer is None or application.email is None:
            return Facts()
        stored = await self._importers.find(application.importer)
        return Facts(
            importer_exists=stored is not None,
            importer_linked=stored is not None and stored.top_account is not None,
            email_taken=await self._portal_users.exists(application.email),
        )


def account_of(application: Application, storage: Sealer, now: datetime) -> Account:
    """The account that an application asks for. Raises `PermanentFailure` where it is not complete."""
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
        record = storage.open(Contact, contact, in_document("applications", "contact", application.id))
        particulars = Particulars(
            company_name=record.company_name,
            applicant=storage.open(Applicant, request, in_document("applications", "request", application.id)),
            details=storage.open(Details, details, in_document("applications", "details", application.id)),
        )
    except CannotOpen as error:
        raise PermanentFailure(f"the application does not open: {error}") from None
    number = number_for(application.id)
    return Account(
        number=number,
        application_id=application.id,
        importer=importer,
        owner=owner,
        particulars=storage.seal(particulars, in_document("top_accounts", "particulars", number)),
        created_at=now,
    )
