"""Codes and grants: generated, stored only as fingerprints, compared in constant time."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.verifier.parties import Parties
from shared.contracts.commands import CheckCode
from shared.contracts.events import CodeIssued
from shared.contracts.replies import CodeAccepted
from shared.contracts.sealed import CodeEmail, Grant, TypedCode
from shared.domain.application import Application, Code
from shared.domain.errors import Invalid
from shared.domain.fields.importer_number import ImporterNumber
from shared.domain.form import verification_code
from shared.messaging.command_contents import open_field
from shared.security.command_seals import CommandSealers
from shared.security.fingerprints import Fingerprints
from shared.security.sealing import Sealer, name_context


@dataclass(frozen=True)
class Codes:
    """The verifier's keys, and how long a code is valid."""

    codes: Fingerprints
    grants: Fingerprints
    commands: CommandSealers
    emails: Sealer
    lifetime: timedelta

    def issue(
        self, application_id: UUID, parties: Parties, now: datetime, *, due_at: datetime
    ) -> tuple[Code, CodeIssued]:
        """Generates a code: what to store of it, and the message with its email, sealed for the code mailer."""
        shown = verification_code.generate()
        mac = self.codes.compute(str(application_id), verification_code.parse(shown))
        expires_at = now + self.lifetime
        content = CodeEmail(
            recipient=parties.contact.poc_email,
            company_name=parties.contact.company_name,
            importer_number=ImporterNumber.parse(parties.applicant.importer_number).masked,
            requester_email=parties.applicant.email,
            poc_name=parties.contact.poc_name,
            code=shown,
        )
        sealed = self.emails.seal(content, name_context(CodeIssued.TYPE, "content", application_id))
        issued = CodeIssued(application_id=application_id, content=sealed, due_at=due_at, expires_at=expires_at)
        return Code(mac, now, expires_at), issued

    def issue_decoy(self, application_id: UUID, now: datetime) -> Code:
        """A code that nobody is told, for a requester who must not learn whether a record matched."""
        mac = self.codes.compute(str(application_id), secrets.token_urlsafe(32))
        return Code(mac, now, now + self.lifetime)

    def matches(self, code: Code, command: CheckCode, gateway: str) -> bool:
        """Whether the entered code is this one. Raises `ContractBroken` if it does not open."""
        entered = open_field(command, "code", TypedCode, self.commands.find(gateway)).code
        try:
            symbols = verification_code.parse(entered)
        except Invalid:
            return False
        return self.codes.matches(code.mac, str(command.application_id), symbols)

    def grant(self, application: Application, details_until: datetime) -> tuple[str, CodeAccepted]:
        """Makes a grant for the right code: its fingerprint, and the reply with the sealed grant."""
        token = secrets.token_urlsafe(32)
        context = name_context(CodeAccepted.TYPE, "grant", application.id)
        sealed = self.commands.find(application.gateway).seal(Grant(token=token), context)
        return self.grants.compute(str(application.id), token), CodeAccepted(
            application_id=application.id, grant=sealed, details_until=details_until
        )
