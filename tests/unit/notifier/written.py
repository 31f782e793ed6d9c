"""Emails for tests: written by the real writer and read back like in a mail program."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import cache
from uuid import UUID

from bs4 import BeautifulSoup

from services.notifier.rendering import EmailRenderer, RenderedEmail
from services.notifier.writer import Writer
from shared.contracts.email_kind import EmailKind
from shared.contracts.events import CodeIssued, EmailDue
from shared.contracts.problem import Problem
from shared.contracts.sealed import IssuedCode
from shared.contracts.state import State
from shared.domain.account import number_for
from shared.domain.application import Application, Transition
from shared.security.keys import KeyRing, new_ring
from shared.security.sealing import Sealer, in_message
from shared.settings.processes import NotifierSettings
from shared.storage.sealed_documents import Applicant, Contact, Details
from tests.unit.domain.filled_in import FILLED_IN

ID = UUID("4f0c2a5e-9d0b-5c1e-8a57-0d5f1c9b7e21")
CODE = "7K2M-0XQ9"
EXPIRES_AT = datetime(2026, 11, 22, 20, 7, 41, tzinfo=UTC)
STORAGE = Sealer(KeyRing.parse(new_ring()))
CODES = Sealer(KeyRing.parse(new_ring()))

SETTINGS = NotifierSettings.model_validate(
    {
        "smtp_url": "smtp://127.0.0.1:9",
        "mail_from": "ACE Portal accounts <no-reply@emails.example>",
        "mail_reply_to": "answers@emails.example",
        "service_desk_name": "Trade Help Desk",
        "service_desk_phone": "1-800-555-0147",
        "service_desk_email": "help@emails.example",
        "portal_url": "https://portal.example/sign-in",
    }
)


@dataclass(frozen=True)
class Told:
    """The people an email is about."""

    company_name: str = "Bright Harbor Imports, Inc."
    importer_number: str = "12-3456789AB"
    requester_email: str = "jane.doe@brightharbor.example"
    poc_name: str = "Sam Okafor"
    poc_email: str = "sam@brightharbor.example"
    owner_name: str = "Jane Q. Doe"
    problem: Problem | None = Problem.IMPORTER_ALREADY_LINKED


@cache
def writer() -> Writer:
    """The real writer."""
    return Writer(EmailRenderer(SETTINGS), storage=STORAGE, codes=CODES)


def event(kind: EmailKind) -> CodeIssued | EmailDue:
    """The event that makes the notifier write this email."""
    if kind is not EmailKind.VERIFICATION_CODE:
        return EmailDue(application_id=ID, email=kind)
    sealed = CODES.seal(IssuedCode(code=CODE), in_message(CodeIssued.TYPE, "code", ID))
    return CodeIssued(application_id=ID, code=sealed, expires_at=EXPIRES_AT)


def application(kind: EmailKind, told: Told) -> Application:
    """An application with only the data that it has when this email is due."""
    applicant = Applicant(
        company_name=told.company_name.upper(), importer_number=told.importer_number, email=told.requester_email
    )
    details = Details(**FILLED_IN, owner_name=told.owner_name, acknowledged_on="11/22/2026")
    contact = Contact(company_name=told.company_name, poc_name=told.poc_name, poc_email=told.poc_email)
    begun = kind is EmailKind.VERIFICATION_CODE
    refused = kind is EmailKind.APPLICATION_REFUSED
    return Application(
        id=ID,
        state=State.AWAITING_CODE if begun else State.REJECTED if refused else State.PROVISIONED,
        gateway="gateway",
        taken_at=EXPIRES_AT,
        history=(Transition(State.REQUESTED, EXPIRES_AT, "start-application"),),
        problem=told.problem if refused else None,
        request=STORAGE.seal(applicant, f"applications/request/{ID}"),
        contact=STORAGE.seal(contact, f"applications/contact/{ID}"),
        details=None if begun else STORAGE.seal(details, f"applications/details/{ID}"),
        account=None if begun or refused else number_for(ID),
    )


def written(kind: EmailKind, told: Told | None = None) -> EmailMessage:
    """The email, converted to bytes and read back."""
    return read(writer().write(event(kind), application(kind, told or Told()), kind))


def read(email: RenderedEmail) -> EmailMessage:
    """The email as a mail program reads it."""
    return message_from_bytes(email.content, policy=default)


def text(message: EmailMessage) -> str:
    """The text part."""
    return _part(message, "plain")


def html(message: EmailMessage) -> str:
    """The HTML part."""
    return _part(message, "html")


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def prose(part: str) -> str:
    """The words of a part, without its line breaks and tags."""
    return " ".join((BeautifulSoup(part, "html.parser").get_text() if part.startswith("<!DOCTYPE") else part).split())


def bodies(kind: EmailKind, told: Told | None = None) -> list[str]:
    """Both parts as prose, because an email's content must be in both."""
    message = written(kind, told)
    return [prose(text(message)), prose(html(message)).replace("\u2019", "'")]


def words(part: str) -> list[str]:
    """The words without punctuation, which differs because headings and boxes replace colons."""
    return re.findall(r"[\w'@#*]+", part.replace("\u2019", "'"))
