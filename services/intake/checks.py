"""The four validations of page 1 (guide, step 2), in the order 2, 3, 4, 1, within the limits of guessing."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.intake.admission import Admission, Admissions
from services.intake.seals import Seals
from shared.clock import EASTERN
from shared.contracts.commands import StartApplication
from shared.contracts.ids import derive_application_id
from shared.contracts.problem import Problem
from shared.contracts.sealed import AccountRequest
from shared.domain.decision import Situation
from shared.domain.errors import InvalidFields
from shared.domain.fields import email_address
from shared.domain.fields.importer_number import Format, ImporterNumber
from shared.domain.form.account_request import CheckedRequest
from shared.domain.importer_record import company_name, contact_hold, poc_email
from shared.domain.limits.digest import NO_IMPORTER, PutOffRequest, find_digest
from shared.domain.limits.failures import Asked
from shared.security.fingerprints import BlindIndex
from shared.storage.digests import Digests
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
        digests: Digests,
        contact_hold: timedelta = timedelta(),
    ) -> None:
        self._seals = seals
        self._index = index
        self._portal_users = portal_users
        self._importers = importers
        self._admissions = admissions
        self._digests = digests
        self._contact_hold = contact_hold

    async def look_up(self, command: StartApplication, situation: Situation) -> CheckResult:
        """Goes through the validations until one fails."""
        if situation.stored and not situation.stored.is_placeholder:
            return CheckResult()  # started before, or abandoned before it arrived: no second look-up
        try:
            request = self._seals.open_command(command, "request", AccountRequest, situation.user)
            applicant = Applicant(**vars(CheckedRequest.parse(request.model_dump())))
        except InvalidFields as error:
            return CheckResult(Problem.FIELD_INVALID, fields=error.rules)
        asked = self._identify(applicant, command, situation.user)
        with self._admissions.hold(asked) as ahead:
            admission, stored = await asyncio.gather(
                self._admissions.admit(command, situation, asked, ahead), self._importers.find(asked.importer)
            )
            if admission.problem:
                return _refuse(admission)
            return await self._check(command, situation, applicant, asked, admission=admission, stored=stored)

    async def _check(  # what was looked up so far
        self,
        command: StartApplication,
        situation: Situation,
        applicant: Applicant,
        asked: Asked,
        *,
        admission: Admission,
        stored: StoredImporter | None,
    ) -> CheckResult:
        """Goes through the validations of a start that the limits let pass."""
        held_until = self._find_hold(stored, situation.now)
        problem, contact = self._validate(applicant, stored, is_held=held_until is not None)
        if problem and not admission.uniform:
            await self._admissions.count_failure(problem, situation, asked, admission)
            return CheckResult(problem, retry_at=held_until if problem is Problem.CONTACT_RECENTLY_CHANGED else None)
        to_contact = self._identify_contact(contact, asked)
        place = await self._admissions.admit_code(command, situation, asked, to_contact, admission)
        if place.is_put_off or admission.uniform:
            is_told = place.is_put_off and contact is not None
            await self._add_to_digest(asked, situation, to_contact if is_told else None)
        if place.problem:
            return _refuse(place)
        if await self._portal_users.exists(asked.address):  # told earlier, and for no place, it would list who has one
            problem = problem or Problem.EMAIL_IN_USE
        if problem or admission.uniform:
            await self._admissions.count_failure(problem, situation, asked, admission)
        if admission.uniform and (problem or place.is_locked):
            return CheckResult(uniform=True, applicant=applicant)
        if problem:
            return CheckResult(problem)
        return CheckResult(
            uniform=admission.uniform,
            importer=asked.importer,
            email=asked.address,
            applicant=applicant,
            contact=contact,
        )

    async def _add_to_digest(self, asked: Asked, situation: Situation, told: str | None) -> None:
        """Adds a request to its contact's digest; without one, to a digest that says nothing, which takes as long."""
        day = situation.now.astimezone(EASTERN)
        digest = find_digest(told or self._identify_contact(None, asked), day)
        application = derive_application_id(situation.message_id)
        await self._digests.add(digest, PutOffRequest(application, asked.importer if told else NO_IMPORTER))

    def _identify(self, applicant: Applicant, command: StartApplication, user: str) -> Asked:
        number = ImporterNumber.parse(applicant.importer_number)
        name = company_name.make_coarsest(applicant.company_name)
        return Asked(
            importer=self._index.compute("importer", number.value),
            name=self._index.compute("company", name),
            name_begins=self._index.compute("company begins", name[: company_name.COARSE_BEGINNING]),
            address=self._index.compute("email", email_address.normalize(applicant.email)),
            networks=self._admissions.qualify(command.networks, user),
            is_social_security=number.format is Format.SOCIAL_SECURITY,
        )

    def _identify_contact(self, contact: Contact | None, asked: Asked) -> str:
        """The contact's address as a blind index; without one, a stand-in, so that nothing takes longer or shorter."""
        if contact is None:
            return self._index.compute("no contact", asked.importer)
        return self._index.compute("email", email_address.normalize(contact.poc_email))

    def _validate(
        self, applicant: Applicant, stored: StoredImporter | None, *, is_held: bool
    ) -> tuple[Problem | None, Contact | None]:
        """The first of the validations 2, 3 and 4 that fails, and the record's contact."""
        record = self._open_record(stored)
        contact = _open_contact(record) if record else None
        if stored is None or record is None or not _is_same_company(applicant, record):
            return Problem.IMPORTER_NOT_MATCHED, None
        if contact is None:
            return Problem.POC_EMAIL_MISSING, None
        if is_held:
            return Problem.CONTACT_RECENTLY_CHANGED, None
        return (Problem.IMPORTER_ALREADY_LINKED, None) if stored.top_account is not None else (None, contact)

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
