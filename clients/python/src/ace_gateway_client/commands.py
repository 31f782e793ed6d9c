"""Builds commands, with what people typed sealed for the workers, and opens what the workers sealed."""

import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar
from uuid import UUID, uuid5

from shared.contracts.commands import CheckCode, StartApplication, SubmitDetails
from shared.contracts.ids import derive_application_id
from shared.contracts.message import Command, Reply
from shared.contracts.replies import ApplicationStatus, CodeAccepted, StartAccepted
from shared.contracts.sealed import (
    AccountName,
    AccountRequest,
    AddressHint,
    Grant,
    SealedContent,
    TypedCode,
    TypedDetails,
)
from shared.security.keys import KeyRing
from shared.security.sealing import Sealer, name_context

C = TypeVar("C", bound=SealedContent)


def derive_command_id(page_id: UUID, key: bytes, entered: Mapping[str, str]) -> UUID:
    """The id of a command: the same for the same page and entries, so that a double click is one command.

    `page_id` is random, new for each page that is shown. `key` is a secret of your gateway's own.
    """
    text = json.dumps(dict(entered), sort_keys=True).encode()
    return uuid5(page_id, hmac.digest(key, text, "sha256").hex())


class CommandBuilder:
    """Builds commands and opens replies under your gateway's key ring (`ACE_KEYS_COMMANDS`).

    `taken_at` is when the form was taken, with its zone. A repeat keeps the first one's.
    """

    def __init__(self, ring: KeyRing) -> None:
        self._sealer = Sealer(ring)

    def start_application(
        self,
        id: UUID,
        request: AccountRequest,
        taken_at: datetime,
        *,
        networks: tuple[str, ...] = (),
        verified_by: str | None = None,
        ticket: str | None = None,
    ) -> StartApplication:
        """Page 1, under the command's id: the application's follows from it."""
        application = derive_application_id(id)
        return StartApplication(
            application_id=application,
            taken_at=taken_at,
            request=self._seal(request, StartApplication, "request", application),
            networks=networks,
            verified_by=verified_by,
            ticket=ticket,
        )

    def check_code(self, application_id: UUID, code: str, taken_at: datetime) -> CheckCode:
        """A code as a person entered it."""
        token = self._seal(TypedCode(code=code), CheckCode, "code", application_id)
        return CheckCode(application_id=application_id, taken_at=taken_at, code=token)

    def submit_details(
        self, application_id: UUID, grant: Grant, details: TypedDetails, taken_at: datetime
    ) -> SubmitDetails:
        """Page 3 with its authorization, and the grant that came for the right code."""
        return SubmitDetails(
            application_id=application_id,
            taken_at=taken_at,
            grant=self._seal(grant, SubmitDetails, "grant", application_id),
            details=self._seal(details, SubmitDetails, "details", application_id),
        )

    def open_hint(self, reply: StartAccepted) -> str | None:
        """The masked address that the code goes to, if the reply tells. Raises `CannotOpen`."""
        return self._open(AddressHint, reply, "sent_to", reply.sent_to).address if reply.sent_to else None

    def open_grant(self, reply: CodeAccepted) -> Grant:
        """What submit-details has to bring. Only for this browser. Raises `CannotOpen`."""
        return self._open(Grant, reply, "grant", reply.grant)

    def open_account_name(self, reply: ApplicationStatus) -> str | None:
        """The name of the account, once there is one. Raises `CannotOpen`."""
        if not reply.account_name:
            return None
        return self._open(AccountName, reply, "account_name", reply.account_name).company_name

    def _seal(self, content: SealedContent, command: type[Command], field: str, application_id: UUID) -> str:
        return self._sealer.seal(content, name_context(command.TYPE, field, application_id))

    def _open(self, kind: type[C], reply: Reply, field: str, token: str) -> C:
        return self._sealer.open(kind, token, name_context(reply.TYPE, field, reply.application_id))
