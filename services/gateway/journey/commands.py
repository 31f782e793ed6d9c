"""Builds commands from a session, and derives their ids from the page and what was typed."""

from datetime import datetime
from uuid import UUID, uuid5

from pydantic import BaseModel

from services.gateway.forms import parsing
from services.gateway.journey.pending import Pending
from services.gateway.journey.session import Session
from shared.contracts.commands import AbandonApplication, CheckCode, StartApplication, SubmitDetails
from shared.contracts.message import Command
from shared.contracts.replies import ApplicationStatus, CodeAccepted, StartAccepted
from shared.contracts.sealed import AccountName, AddressHint, Grant, TypedCode
from shared.security.fingerprints import Fingerprints
from shared.security.sealing import CannotOpen, Sealer, name_context


class CannotBuild(ValueError):
    """The session lacks what its pending command needs: the person has to start over."""


class Commands:
    """Builds commands, with personal data sealed for the workers, and opens what the workers sealed."""

    def __init__(self, sealer: Sealer, fingerprints: Fingerprints) -> None:
        self._sealer = sealer
        self._fingerprints = fingerprints

    def prepare(
        self, kind: type[Command], content: BaseModel | None, nonce: UUID, session: Session, now: datetime
    ) -> Pending:
        """Prepares a command. The same page with the same values is the same command, with its first time."""
        values = sorted(content.model_dump().items()) if content else []
        id = uuid5(nonce, self._fingerprints.compute(kind.TYPE, *(f"{name}={value}" for name, value in values)))
        if session.pending and session.pending.id == id:
            return session.pending
        return Pending(type=kind.TYPE, id=id, taken_at=now, code=content.code if isinstance(content, TypedCode) else "")

    def build(self, session: Session) -> Command:
        """Builds the session's pending command. Raises `CannotBuild`."""
        pending, application_id = session.pending, session.application_id
        if pending is None or application_id is None:
            raise CannotBuild("nothing is pending")
        match pending.type:
            case StartApplication.TYPE:
                request = self._seal(parsing.read_request(session.request), StartApplication, "request", application_id)
                return StartApplication(
                    application_id=application_id,
                    taken_at=pending.taken_at,
                    request=request,
                    networks=pending.networks,
                    verified_by=pending.verified_by,
                    ticket=pending.ticket,
                )
            case CheckCode.TYPE:
                code = self._seal(TypedCode(code=pending.code), CheckCode, "code", application_id)
                return CheckCode(application_id=application_id, taken_at=pending.taken_at, code=code)
            case SubmitDetails.TYPE:
                return SubmitDetails(
                    application_id=application_id,
                    taken_at=pending.taken_at,
                    grant=self._seal(self._open_grant(session, application_id), SubmitDetails, "grant", application_id),
                    details=self._seal(parsing.read_details(session.details), SubmitDetails, "details", application_id),
                )
            case AbandonApplication.TYPE:
                return AbandonApplication(application_id=application_id, taken_at=pending.taken_at)
        raise CannotBuild("an unknown command is pending")

    def open_account_name(self, session: Session) -> str:
        """The account's name; empty if the workers have not sent it."""
        if not session.account_name or session.application_id is None:
            return ""
        context = name_context(ApplicationStatus.TYPE, "account_name", session.application_id)
        try:
            return self._sealer.open(AccountName, session.account_name, context).company_name
        except CannotOpen:
            return ""

    def open_sent_to(self, session: Session) -> str:
        """The point of contact's address, masked; empty if it was not sent or does not open."""
        if not session.sent_to or session.application_id is None:
            return ""
        context = name_context(StartAccepted.TYPE, "sent_to", session.application_id)
        try:
            return self._sealer.open(AddressHint, session.sent_to, context).address
        except CannotOpen:  # the page works without it; a wrong key ring shows when the code is checked
            return ""

    def _open_grant(self, session: Session, application_id: UUID) -> Grant:
        try:
            return self._sealer.open(Grant, session.grant, name_context(CodeAccepted.TYPE, "grant", application_id))
        except CannotOpen as error:
            raise CannotBuild(f"the grant: {error}") from None

    def _seal(self, content: BaseModel | parsing.Broken, kind: type[Command], field: str, application_id: UUID) -> str:
        if isinstance(content, parsing.Broken):
            raise CannotBuild("what was typed breaks a rule that it kept before")
        return self._sealer.seal(content, name_context(kind.TYPE, field, application_id))
