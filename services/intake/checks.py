"""The four validations of page 1 (guide, step 2), in the order 2, 3, 4, 1, within the limits of guessing."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.intake.admission import Admission, Admissions
from services.intake.seals import Seals
from shared.contracts.commands import StartApplication
from shared.contracts.problem import Problem
from shared.contracts.sealed import AccountRequest
from shared.domain.decision import Situation
from shared.domain.errors import InvalidFields
from shared.domain.fields import email_address
from shared.domain.fields.importer_number import Format, ImporterNumber
from shared.domain.form.account_request import CheckedRequest
from shared.domain.importer_record import company_name, contact_hold, poc_email
from shared.domain.limits.failures import Asked
from shared.security.fingerprints import BlindIndex
from shared.storage.importers import Importers, StoredImporter
from shared.storage.portal_users import PortalUsers
from shared.storage.sealed_documents import RECORD, Applicant, Contact, ImporterRecord


@dataclass(frozen=True)
class CheckResult:
    """The result of checking a request. Without a problem, the applicant is set."""

    problem: Problem | None = None
    fields: dict[str, str] | None = None
    retry_at: datetime | None = None
    ticket: str | None = None
    uniform: bool = False
    """Whether a match and a mismatch get the same answer."""
    importer: str | None = None
    """Set with `email` and `contact`, if number and name match a record."""
    email: str | None = None
    applicant: Applicant | None = None
    contact: Contact | None = None


class Checks:
    """Looks up what the four validations need."""

    def __init__(
        self,
        seals: Seals,
        index: BlindIndex,
        *,
        portal_users: PortalUsers,
        importers: Importers,
        admissions: Admissions,
        contact_hold: timedelta = timedelta(),
    ) -> None:
        self._seals = seals
        self._index = index
        self._portal_users = portal_users
        self._importers = importers
        self._admissions = admissions
        self._contact_hold = contact_hold

    async def look_up(self, command: StartApplication, situation: Situation) -> CheckResult:
        """Goes through the validations until one fails."""
        if situation.stored and not situation.stored.is_placeholder:
            return CheckResult()  # started before, or abandoned before it arrived: no second look-up
        try:
            request = self._seals.open_command(command, "request", AccountRequest)
            applicant = Applicant(**vars(CheckedRequest.parse(request.model_dump())))
        except InvalidFields as error:
            return CheckResult(Problem.FIELD_INVALID, fields=error.rules)
        asked = self._identify(applicant, command)
        admission, stored = await asyncio.gather(
            self._admissions.admit(command, situation, asked), self._importers.find(asked.importer)
        )
        if admission.problem:
            return _refuse(admission)
        held_until = self._find_hold(stored, situation.now)
        problem, contact = await self._validate(
            applicant, stored, asked, is_held=held_until is not None, uniform=admission.uniform
        )
        if problem or contact is None:
            problem = problem or Problem.POC_EMAIL_MISSING
            await self._admissions.count_failure(problem, situation, asked, admission)
            if admission.uniform:
                return CheckResult(uniform=True, applicant=applicant)
            return CheckResult(problem, retry_at=held_until if problem is Problem.CONTACT_RECENTLY_CHANGED else None)
        address = self._index.compute("email", email_address.normalize(contact.poc_email))
        turn = await self._admissions.admit_code(command, situation, asked, address, admission)
        if turn.problem:  # no code goes out, which the uniform answer must not show
            return CheckResult(uniform=True, applicant=applicant) if admission.uniform else _refuse(turn)
        return CheckResult(
            uniform=admission.uniform,
            importer=asked.importer,
            email=asked.address,
            applicant=applicant,
            contact=contact,
        )

    def _identify(self, applicant: Applicant, command: StartApplication) -> Asked:
        number = ImporterNumber.parse(applicant.importer_number)
        return Asked(
            importer=self._index.compute("importer", number.value),
            name=self._index.compute("company", company_name.make_coarsest(applicant.company_name)),
            address=self._index.compute("email", email_address.normalize(applicant.email)),
            networks=command.networks,
            is_social_security=number.format is Format.SOCIAL_SECURITY,
        )

    async def _validate(
        self, applicant: Applicant, stored: StoredImporter | None, asked: Asked, *, is_held: bool, uniform: bool
    ) -> tuple[Problem | None, Contact | None]:
        """The first validation that fails, or the record's contact.

        The last look-up says who has an account, so it comes last; with a uniform answer always, to take as long.
        """
        record = self._open_record(stored)
        contact = _open_contact(record) if record else None
        problem = None
        if stored is None or record is None or not _is_same_company(applicant, record):
            problem = Problem.IMPORTER_NOT_MATCHED
        elif contact is None:
            problem = Problem.POC_EMAIL_MISSING
        elif is_held:
            problem = Problem.CONTACT_RECENTLY_CHANGED
        elif stored.top_account is not None:
            problem = Problem.IMPORTER_ALREADY_LINKED
        if uniform or problem is None:
            in_use = await self._portal_users.exists(asked.address)
            problem = problem or (Problem.EMAIL_IN_USE if in_use else None)
        return problem, contact

    def _find_hold(self, stored: StoredImporter | None, now: datetime) -> datetime | None:
        """Until when no code may go to the record's contact, because its address changed."""
        return contact_hold.find_end(stored.contact_changed_at, self._contact_hold, now) if stored else None

    def _open_record(self, stored: StoredImporter | None) -> ImporterRecord | None:
        """The record, if it is active."""
        if stored is None or not stored.active:
            return None
        return self._seals.open_stored(RECORD, stored.record, stored.id)


def _refuse(admission: Admission) -> CheckResult:
    return CheckResult(admission.problem, retry_at=admission.retry_at, ticket=admission.ticket)


def _is_same_company(applicant: Applicant, record: ImporterRecord) -> bool:
    return company_name.record_matches(record.company_name, applicant.company_name)


def _open_contact(record: ImporterRecord) -> Contact | None:
    """The record's point of contact, if its address can receive email."""
    address = poc_email.read(record.poc_email).address
    return Contact(company_name=record.company_name, poc_name=record.poc_name, poc_email=address) if address else None
