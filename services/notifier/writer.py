"""Gathers what an email says: opens what is sealed, for the email's only recipient."""

from services.notifier.rendering import EmailRenderer, RenderedEmail
from shared.contracts.email_kind import EmailKind
from shared.contracts.events import CodeIssued, EmailDue
from shared.contracts.sealed import IssuedCode
from shared.domain.application import Application
from shared.domain.errors import PermanentFailure
from shared.domain.fields.importer_number import ImporterNumber
from shared.security.sealing import CannotOpen, Sealer, in_message
from shared.storage.sealed_documents import CONTACT, DETAILS, REQUEST, Applicant, Contact

TO_POINT_OF_CONTACT = frozenset({EmailKind.VERIFICATION_CODE, EmailKind.ACCOUNT_CREATED_NOTICE})
"""Emails to the point of contact. The others go to the requester."""


class Writer:
    """Writes the emails of applications."""

    def __init__(self, emails: EmailRenderer, *, storage: Sealer, codes: Sealer) -> None:
        self._emails = emails
        self._storage = storage
        self._codes = codes

    def write(self, event: CodeIssued | EmailDue, application: Application, kind: EmailKind) -> RenderedEmail:
        """Writes the email. Raises `PermanentFailure` if something that it needs is missing or does not open."""
        try:
            return self._write(event, application, kind)
        except CannotOpen as error:
            raise PermanentFailure(f"the email cannot be written: {error}") from None

    def _write(self, event: CodeIssued | EmailDue, application: Application, kind: EmailKind) -> RenderedEmail:
        applicant, contact = self._open_applicant(application), self._open_contact(application)
        said: dict[str, object] = {
            "reference": application.reference,
            "company_name": contact.company_name,
            "importer_number": ImporterNumber.parse(applicant.importer_number).masked,
            "requester_email": applicant.email,
            "poc_name": contact.poc_name,
            "account": application.account,
            "problem": application.problem,
        }
        if isinstance(event, CodeIssued):
            place = in_message(CodeIssued.TYPE, "code", application.id)
            said["code"] = self._codes.open(IssuedCode, event.code, place).code
            said["expires_at"] = event.expires_at
        if application.details:
            said["details"] = DETAILS.open(application.details, application.id, self._storage)
        to = contact.poc_email if kind in TO_POINT_OF_CONTACT else applicant.email
        return self._emails.write(kind, to=to, application_id=application.id, said=said)

    def _open_applicant(self, application: Application) -> Applicant:
        if application.request is None:
            raise PermanentFailure("the application has no request")
        return REQUEST.open(application.request, application.id, self._storage)

    def _open_contact(self, application: Application) -> Contact:
        if application.contact is None:
            raise PermanentFailure("the application has no point of contact")
        return CONTACT.open(application.contact, application.id, self._storage)
