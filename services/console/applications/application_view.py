"""An application as an operator sees it: everything that happened, and only enough about people to find them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.console.applications.summary import list_parked, summarize
from services.console.dead_letters.prospects import Prospect, helps_until, judge_replay
from services.console.output import printing
from services.console.output.formatting import format_value
from shared.contracts.email_kind import EmailKind
from shared.domain.application import Application, Parked
from shared.domain.email import Email
from shared.domain.fields import email_address
from shared.domain.fields.importer_number import ImporterNumber
from shared.domain.present_state import find_status
from shared.security.sealing import CannotOpen, Sealer
from shared.storage.overview import DUE
from shared.storage.sealed_documents import CONTACT, REQUEST


def describe(
    application: Application, emails: Mapping[EmailKind, Email], storage: Sealer, now: datetime
) -> dict[str, Any]:
    """Everything about an application, with personal data masked."""
    code = application.code
    kinds = {email.parked: kind.value for kind, email in emails.items() if email.parked}
    return {
        "id": str(application.id),
        **summarize(application, emails, now),
        "gateway": application.gateway,
        "answer": _name_answer(application),
        "ends_at": application.ends_at,
        **_mask_people(application, storage),
        "details": "sealed" if application.details else None,
        "code": {
            "issued_at": code.issued_at,
            "expires_at": code.expires_at,
            "tries": code.tries,
            "tries_left": application.tries_left,
        }
        if code
        else None,
        "parked": [
            {
                "message": parked.message,
                "email": kinds.get(parked.message_id),
                "at": parked.at,
                "message_id": str(parked.message_id),
                "replay": _describe_replay(parked, application, emails, now),
                "reason": parked.reason,
            }
            for parked in list_parked(application, emails)
        ],
        "history": [
            {"at": entry.at, "state": entry.state.value, "cause": entry.cause} for entry in application.history
        ],
        "emails": [
            {
                "email": kind.value,
                "status": find_status(application, kind, email, now) or DUE,
                "at": email.at,
                "sent_at": email.sent_at,
                "attempts": email.attempt,
                "resends": email.resend,
                "reason": email.reason,
            }
            for kind, email in emails.items()
        ],
    }


def _name_answer(application: Application) -> str | None:
    """What its requester was told, if limits made that the same for a match and a mismatch."""
    if application.is_decoy:
        return "uniform: no record matched, so no code went out"
    return "uniform: a record matched, and the requester was not told" if application.uniform else None


def _describe_replay(parked: Parked, application: Application, emails: Mapping[EmailKind, Email], now: datetime) -> str:
    """Whether sending a message back can still help, and until when."""
    comes_to = judge_replay(parked.message, application, now, emails)
    until = helps_until(parked.message, application)
    return f"{comes_to} until {format_value(until)}" if comes_to is Prospect.HELPS and until else comes_to


def _mask_people(application: Application, storage: Sealer) -> dict[str, str | None]:
    """The importer and the people, masked; or that a seal does not open."""
    seen: dict[str, str | None] = dict.fromkeys(("company", "importer_number", "requester", "point_of_contact"))
    try:
        if application.request:
            applicant = REQUEST.open(application.request, application.id, storage)
            seen["company"] = applicant.company_name
            seen["importer_number"] = ImporterNumber.parse(applicant.importer_number).masked
            seen["requester"] = email_address.mask(applicant.email)
        if application.contact:
            contact = CONTACT.open(application.contact, application.id, storage)
            seen["point_of_contact"] = email_address.mask(contact.poc_email)
    except CannotOpen as error:
        seen["company"] = f"cannot be opened: {error}"
    return seen


def print_view(seen: dict[str, Any]) -> None:
    """Prints what `describe` gave, for a person."""
    plain = {name: value for name, value in seen.items() if not isinstance(value, dict | list)}
    parts = {f"code {key}": value for key, value in (seen["code"] or {}).items()}
    printing.print_facts({name.replace("_", " "): format_value(value) for name, value in {**plain, **parts}.items()})
    for name in ("history", "emails", "parked"):
        if seen[name]:
            print()  # noqa: T201  # this is a command
            columns = [*seen[name][0]]
            printing.print_table(
                columns, [[format_value(entry[column]) or "-" for column in columns] for entry in seen[name]]
            )
