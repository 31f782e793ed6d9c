"""Gathers what a letter says: opens what is sealed, for the letter's one recipient."""

from services.notifier.letter import Letter, Letters
from shared.contracts.events import CodeIssued, LetterDue
from shared.contracts.sealed import IssuedCode
from shared.domain.application import Application
from shared.domain.importer_number import ImporterNumber
from shared.domain.letter import LetterKind
from shared.domain.trouble import Poison
from shared.security.sealing import CannotOpen, Sealer, in_document, in_message
from shared.storage.contents import Applicant, Contact, Details

TO_POINT_OF_CONTACT = frozenset({LetterKind.VERIFICATION_CODE, LetterKind.ACCOUNT_CREATED_NOTICE})
"""The other letters go to the requester."""


class Writer:
    """Writes the letters of applications."""

    def __init__(self, letters: Letters, *, storage: Sealer, codes: Sealer) -> None:
        self._letters = letters
        self._storage = storage
        self._codes = codes

    def write(self, event: CodeIssued | LetterDue, application: Application, kind: LetterKind) -> Letter:
        """The letter. Raises `Poison` where something that it needs is missing or does not open: it never will."""
        try:
            return self._write(event, application, kind)
        except CannotOpen as error:
            raise Poison(f"the letter cannot be written: {error}") from None

    def _write(self, event: CodeIssued | LetterDue, application: Application, kind: LetterKind) -> Letter:
        applicant, contact = self._applicant(application), self._contact(application)
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
            place = in_document("applications", "details", application.id)
            said["details"] = self._storage.open(Details, application.details, place)
        to = contact.poc_email if kind in TO_POINT_OF_CONTACT else applicant.email
        return self._letters.write(kind, to=to, application_id=application.id, said=said)

    def _applicant(self, application: Application) -> Applicant:
        if application.request is None:
            raise Poison("the application has no request")
        return self._storage.open(
            Applicant, application.request, in_document("applications", "request", application.id)
        )

    def _contact(self, application: Application) -> Contact:
        if application.contact is None:
            raise Poison("the application has no point of contact")
        return self._storage.open(Contact, application.contact, in_document("applications", "contact", application.id))
