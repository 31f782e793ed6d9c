"""The four validations of page 1 (guide, step 2), in the order 2, 3, 4, 1, with limits that slow down guessing."""

from dataclasses import dataclass
from datetime import datetime

from services.intake.seals import Seals
from shared.contracts.commands import StartApplication
from shared.contracts.problem import Problem
from shared.contracts.sealed import AccountRequest
from shared.domain.decision import Situation
from shared.domain.errors import InvalidFields
from shared.domain.fields import email_address
from shared.domain.form.account_request import CheckedRequest
from shared.domain.importer_record import company_name, poc_email
from shared.domain.limit import CODES, FAILED_MATCHES, Limit
from shared.security.fingerprints import BlindIndex
from shared.storage.importers import Importers, StoredImporter
from shared.storage.limits import Limits
from shared.storage.portal_users import PortalUsers
from shared.storage.sealed_documents import RECORD, Applicant, Contact, ImporterRecord


@dataclass(frozen=True)
class CheckResult:
    """The result of checking a request. Without a problem, everything else is set."""

    problem: Problem | None = None
    fields: dict[str, str] | None = None
    retry_at: datetime | None = None
    importer: str | None = None
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
        limits: Limits | None,
    ) -> None:
        self._seals = seals
        self._index = index
        self._portal_users = portal_users
        self._importers = importers
        self._limits = limits

    async def look_up(self, command: StartApplication, situation: Situation) -> CheckResult:
        """Goes through the validations until one fails."""
        if situation.stored and not situation.stored.is_placeholder:
            return CheckResult()  # started before, or abandoned before it arrived: no second look-up
        try:
            request = self._seals.open_command(command, "request", AccountRequest)
            applicant = Applicant(**vars(CheckedRequest.parse(request.model_dump())))
        except InvalidFields as error:
            return CheckResult(Problem.FIELD_INVALID, fields=error.rules)
        importer = self._index.compute("importer", applicant.importer_number)
        if retry_at := await self._check_failures(importer, situation.now):
            return CheckResult(Problem.TOO_MANY_REQUESTS, retry_at=retry_at)
        stored = await self._importers.find(importer)
        record = self._open_record(stored)
        if stored is None or record is None or not _is_same_company(applicant, record):
            retry_at = await self._count_failure(importer, situation)
            return CheckResult(
                Problem.TOO_MANY_REQUESTS if retry_at else Problem.IMPORTER_NOT_MATCHED, retry_at=retry_at
            )
        contact = _open_contact(record)
        if contact is None:
            return CheckResult(Problem.POC_EMAIL_MISSING)
        if stored.top_account is not None:
            return CheckResult(Problem.IMPORTER_ALREADY_LINKED)
        email = self._index.compute("email", email_address.normalize(applicant.email))
        if await self._portal_users.exists(email):  # reported earlier, it would reveal who has an account
            return CheckResult(Problem.EMAIL_IN_USE)
        if retry_at := await self._check_codes(importer, situation):
            return CheckResult(Problem.TOO_MANY_REQUESTS, retry_at=retry_at)
        return CheckResult(importer=importer, email=email, applicant=applicant, contact=contact)

    def _open_record(self, stored: StoredImporter | None) -> ImporterRecord | None:
        """The record, if it is active."""
        if stored is None or not stored.active:
            return None
        return self._seals.open_stored(RECORD, stored.record, stored.id)

    async def _check_failures(self, importer: str, now: datetime) -> datetime | None:
        if self._limits is None:
            return None
        return await self._limits.find_next_free(f"failed-matches:{importer}", FAILED_MATCHES, now)

    async def _count_failure(self, importer: str, situation: Situation) -> datetime | None:
        return await self._take(f"failed-matches:{importer}", situation, FAILED_MATCHES)

    async def _check_codes(self, importer: str, situation: Situation) -> datetime | None:
        return await self._take(f"codes:{importer}", situation, CODES)

    async def _take(self, key: str, situation: Situation, limits: tuple[Limit, ...]) -> datetime | None:
        if self._limits is None:
            return None
        return await self._limits.take(key, situation.message_id, limits, situation.now)


def _is_same_company(applicant: Applicant, record: ImporterRecord) -> bool:
    return company_name.record_matches(record.company_name, applicant.company_name)


def _open_contact(record: ImporterRecord) -> Contact | None:
    """The record's point of contact, if its address can receive email."""
    address = poc_email.read(record.poc_email).address
    return Contact(company_name=record.company_name, poc_name=record.poc_name, poc_email=address) if address else None
