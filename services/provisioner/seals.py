"""Seals what the emails about a decided application say, for the general mailer only."""

from dataclasses import dataclass
from datetime import datetime

from shared.contracts.email_kind import EmailKind
from shared.contracts.events import EmailDue
from shared.contracts.sealed import DueEmail
from shared.domain.application import Application
from shared.domain.errors import PermanentFailure
from shared.domain.fields.importer_number import ImporterNumber
from shared.security.sealing import CannotOpen, Sealer, name_context
from shared.storage.sealed_documents import CONTACT, DETAILS, REQUEST

TO_POINT_OF_CONTACT = frozenset({EmailKind.ACCOUNT_CREATED_NOTICE})
"""Emails to the point of contact. The others go to the requester."""


@dataclass(frozen=True)
class Seals:
    """The provisioner's two sealers: for documents in the database, and for emails."""

    storage: Sealer
    emails: Sealer

    def list_due(
        self, application: Application, now: datetime, *kinds: EmailKind, resend: int = 0
    ) -> tuple[EmailDue, ...]:
        """The messages that make these emails due. Raises `PermanentFailure` if the application does not open."""
        if application.request is None or application.contact is None or application.details is None:
            raise PermanentFailure("the application is not complete")
        try:
            applicant = REQUEST.open(application.request, application.id, self.storage)
            contact = CONTACT.open(application.contact, application.id, self.storage)
            details = DETAILS.open(application.details, application.id, self.storage)
        except CannotOpen as error:
            raise PermanentFailure(f"the application does not open: {error}") from None
        context = name_context(EmailDue.TYPE, "content", application.id)
        due = []
        for kind in kinds:
            content = DueEmail(
                recipient=contact.poc_email if kind in TO_POINT_OF_CONTACT else applicant.email,
                company_name=contact.company_name,
                importer_number=ImporterNumber.parse(applicant.importer_number).masked,
                requester_email=applicant.email,
                poc_name=contact.poc_name,
                owner_name=details.owner_name,
                account=application.account,
                problem=application.problem,
            )
            sealed = self.emails.seal(content, context)
            due.append(EmailDue(application_id=application.id, email=kind, content=sealed, due_at=now, resend=resend))
        return tuple(due)
