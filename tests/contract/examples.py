"""Examples of every contract for the goldens: with all optional fields, and with none."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from shared.contracts import commands, events, replies, sealed
from shared.contracts.conversations import SEALED_FIELDS
from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.message import Message
from shared.contracts.problem import Problem
from shared.contracts.sealed import SealedContent
from shared.contracts.state import State
from shared.domain import reference
from shared.domain.account import derive_number
from shared.security.keys import KeyRing
from shared.security.sealing import Sealer, name_context
from tests.support.gateway import DETAILS

APPLICATION = UUID("0f4c6d2e-6f0b-5b7a-9c3e-2d1a4b5c6d7e")
COMMAND = UUID("7a1e9d34-52c8-5f06-8b1d-9e0f1a2b3c4d")
AT = datetime(2026, 11, 2, 15, 4, 5, 678000, UTC)
UNTIL = AT + timedelta(minutes=10)

NETWORKS = tuple(digit * 32 for digit in "abc")
WORDING = "2026-11"
TICKET = "1793632205678.golden.0123456789abcdef"

SEALER = Sealer(KeyRing({"golden": bytes(range(32))}))
"""Seals the content of goldens. The key is not secret: it stays here for good."""

EMAIL = {
    "recipient": "pat@acme.example",
    "company_name": "ACME IMPORTS INC",
    "importer_number": "*******89AB",
    "requester_email": "ada@acme.example",
    "poc_name": "Pat Lee",
}

LINE = sealed.DigestLine(company_name="ACME IMPORTS INC", importer_number="*******89AB", requests=3)
DIGEST: dict[str, Any] = {"recipient": "pat@acme.example", "poc_name": "Pat Lee", "requests": 4, "importers": (LINE,)}


CONTENTS: dict[str, dict[type[SealedContent], SealedContent]] = {
    "full": {
        sealed.AccountRequest: sealed.AccountRequest(
            company_name="Acme Imports, Inc.", importer_number="12-3456789AB", email="ada@acme.example"
        ),
        sealed.AccountName: sealed.AccountName(company_name="ACME IMPORTS INC"),
        sealed.AddressHint: sealed.AddressHint(address="p***@a***.example"),
        sealed.TypedCode: sealed.TypedCode(code="7K2M-0XQ9"),
        sealed.CodeEmail: sealed.CodeEmail(**EMAIL, code="7K2M-0XQ9"),
        sealed.RequestsDigest: sealed.RequestsDigest(
            **DIGEST, at_least=True, more_importers=1, importers_at_least=True
        ),
        sealed.DueEmail: sealed.DueEmail(
            **EMAIL, owner_name="Ada King", account=derive_number(APPLICATION), problem=Problem.EMAIL_IN_USE
        ),
        sealed.Grant: sealed.Grant(token="0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"),
        sealed.TypedDetails: DETAILS.model_copy(
            update={
                "duns": "123456789",
                "website": "https://acme.example",
                "middle_name": "B.",
                "last_name": "Owner",
                "authorization": "2026-11",
            }
        ),
    },
    "minimal": {
        sealed.RequestsDigest: sealed.RequestsDigest(**DIGEST),
        sealed.DueEmail: sealed.DueEmail(**EMAIL, owner_name="Ada King"),
        sealed.TypedDetails: sealed.TypedDetails(
            organizational_structure="Individual",
            first_name="Ada",
            last_name="Owner",
            country="HK",
            street_address="1 Harbour Road",
            city="Hong Kong",
            postal_code="N/A",
            telephone="2555-0100",
            authorized=True,
        ),
    },
}


def content_of(contract: type[Message], field: str, example: str) -> SealedContent:
    """The content of an example's sealed field."""
    kind = SEALED_FIELDS[contract, field].content
    return CONTENTS.get(example, {}).get(kind) or CONTENTS["full"][kind]


def _sealed(contract: type[Message], field: str, example: str) -> str:
    content = content_of(contract, field, example).model_dump_json(exclude_unset=True).encode()
    return SEALER.seal_bytes(content, name_context(contract.TYPE, field, APPLICATION))


def _start(example: str) -> Message:
    request = _sealed(commands.StartApplication, "request", example)
    start = commands.StartApplication(application_id=APPLICATION, taken_at=AT, request=request)
    if example == "minimal":
        return start
    return start.model_copy(update={"networks": NETWORKS, "verified_by": "altcha", "ticket": TICKET})


def _check(example: str) -> Message:
    code = _sealed(commands.CheckCode, "code", example)
    return commands.CheckCode(application_id=APPLICATION, taken_at=AT, code=code)


def _submit(example: str) -> Message:
    return commands.SubmitDetails(
        application_id=APPLICATION,
        taken_at=AT,
        grant=_sealed(commands.SubmitDetails, "grant", example),
        details=_sealed(commands.SubmitDetails, "details", example),
    )


def _issued(example: str) -> Message:
    content = _sealed(events.CodeIssued, "content", example)
    return events.CodeIssued(application_id=APPLICATION, content=content, due_at=AT, expires_at=UNTIL)


def _digest(example: str) -> Message:
    content = _sealed(events.DigestDue, "content", example)
    return events.DigestDue(application_id=APPLICATION, content=content, since=AT, due_at=AT + timedelta(days=1))


def _due(kind: EmailKind, example: str, resend: int = 0) -> Message:
    content = _sealed(events.EmailDue, "content", example)
    return events.EmailDue(application_id=APPLICATION, email=kind, content=content, due_at=AT, resend=resend)


def _code_accepted(example: str) -> Message:
    grant = _sealed(replies.CodeAccepted, "grant", example)
    return replies.CodeAccepted(application_id=APPLICATION, grant=grant, details_until=AT + timedelta(hours=6))


LATER = (Problem.TOO_MANY_REQUESTS, Problem.VERIFICATION_NEEDED, Problem.CONTACT_RECENTLY_CHANGED)


REASONS = {
    Problem.CONTRACT_BROKEN: "request: missing, taken_at: no-zone",
    Problem.VERSION_GONE: "type: gone (taken: start-application.v2)",
    Problem.UNAVAILABLE: "too old; last failure: the database is away",
}


def _refused(problem: Problem) -> Message:
    return replies.Refused(
        application_id=APPLICATION,
        problem=problem,
        tries_left=4 if problem is Problem.CODE_WRONG else None,
        retry_at=AT + timedelta(hours=1) if problem in LATER else None,
        ticket=TICKET if problem is Problem.VERIFICATION_NEEDED else None,
        fields={"postal_code": "malformed"} if problem is Problem.FIELD_INVALID else None,
        reason=REASONS.get(problem),
    )


_STARTED = replies.StartAccepted(application_id=APPLICATION, reference=reference.derive(APPLICATION))
_OUTCOME = replies.ApplicationStatus(
    application_id=APPLICATION,
    status="known",
    reply=replies.RecordedReply(type=_STARTED.TYPE, body=_STARTED.body().decode()),
    state=State.REJECTED,
    problem=Problem.POC_EMAIL_REFUSED,
    expires_at=UNTIL,
    tries_left=5,
    emails={EmailKind.VERIFICATION_CODE: EmailStatus.REFUSED},
    account=derive_number(APPLICATION),
)

_EMAIL_PARKED = _OUTCOME.model_copy(
    update={
        "state": State.AWAITING_CODE,
        "problem": None,
        "emails": {EmailKind.VERIFICATION_CODE: EmailStatus.PARKED},
        "account": None,
    }
)


def examples(contract: type[Message]) -> dict[str, Message]:
    """A contract's examples by name: ``full``, ``minimal``, and one for each problem code."""
    match contract:
        case commands.StartApplication:
            return {name: _start(name) for name in ("full", "minimal")}
        case commands.CheckCode:
            return {name: _check(name) for name in ("full", "minimal")}
        case commands.SubmitDetails:
            return {name: _submit(name) for name in ("full", "minimal")}
        case commands.AskOutcome:
            question: Message = commands.AskOutcome(application_id=APPLICATION, command_id=COMMAND)
            return {"full": question, "minimal": question}
        case events.CodeIssued:
            return {name: _issued(name) for name in ("full", "minimal")}
        case events.DigestDue:
            return {name: _digest(name) for name in ("full", "minimal")}
        case events.EmailDue:
            emails = {kind.value: _due(kind, "full") for kind in EmailKind}
            resent = {"resent": _due(EmailKind.ACCOUNT_READY, "full", resend=2)}
            return {name: _due(EmailKind.ACCOUNT_READY, name) for name in ("full", "minimal")} | emails | resent
        case events.ResendRequested | events.EmailRefused | events.CodeEmailRefused:
            one = contract.model_validate(
                {"application_id": APPLICATION, "email": EmailKind.ACCOUNT_READY, "attempt": 1, "resend": 2}
            )
            return {"full": one, "minimal": one}
        case replies.StartAccepted:
            sent_to = _sealed(replies.StartAccepted, "sent_to", "full")
            uniform = _STARTED.model_copy(update={"uniform": True})
            return {
                "full": _STARTED.model_copy(update={"sent_to": sent_to}),
                "uniform": uniform,
                "minimal": _STARTED,
            }
        case replies.CodeAccepted:
            return {name: _code_accepted(name) for name in ("full", "minimal")}
        case replies.Refused:
            full = replies.Refused(
                application_id=APPLICATION,
                problem=Problem.FIELD_INVALID,
                tries_left=4,
                retry_at=UNTIL,
                ticket=TICKET,
                fields={"postal_code": "malformed"},
                reason=REASONS[Problem.CONTRACT_BROKEN],
            )
            codes = {problem.value: _refused(problem) for problem in Problem}
            return {"full": full, "minimal": _refused(Problem.SESSION_OVER), **codes}
        case replies.ApplicationStatus:
            name = _sealed(replies.ApplicationStatus, "account_name", "full")
            return {
                "full": _OUTCOME.model_copy(update={"account_name": name, "reason": "details.city: missing"}),
                "minimal": replies.ApplicationStatus(application_id=APPLICATION, status="pending"),
                "parked": replies.ApplicationStatus(
                    application_id=APPLICATION, status="parked", state=State.REQUESTED, reason="request: does-not-open"
                ),
                "email-parked": _EMAIL_PARKED,
            }
    taken_at = {"taken_at": AT} if "taken_at" in contract.model_fields else {}
    only = contract.model_validate({"application_id": APPLICATION, **taken_at})
    return {"full": only, "minimal": only}
