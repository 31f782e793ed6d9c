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
from shared import clock
from shared.contracts.email_kind import EmailKind
from shared.contracts.events import CodeIssued, DigestDue, EmailDue
from shared.contracts.problem import Problem
from shared.contracts.sealed import CodeEmail, DigestLine, DueEmail, RequestsDigest
from shared.domain import reference
from shared.domain.account import derive_number
from shared.domain.email import Emails
from shared.domain.fields.importer_number import ImporterNumber
from shared.security.keys import KeyRing, make_ring
from shared.security.sealing import Sealer, name_context
from shared.settings.processes import CodeMailerSettings

ID = UUID("4f0c2a5e-9d0b-5c1e-8a57-0d5f1c9b7e21")
REFERENCE = reference.derive(ID)
MASKED = "**-*****89AB"
KINDS = list(EmailKind)
CODE = "7K2M-0XQ9"
EXPIRES_AT = datetime(2026, 11, 22, 20, 7, 41, tzinfo=UTC)
SINCE = datetime(2026, 11, 21, 5, tzinfo=UTC)
CODES = Sealer(KeyRing.parse(make_ring()))
EMAILS = Sealer(KeyRing.parse(make_ring()))
TO_POINT_OF_CONTACT = (EmailKind.VERIFICATION_CODE, EmailKind.ACCOUNT_CREATED_NOTICE, EmailKind.REQUESTS_DIGEST)
OF_CODE_MAILER = (EmailKind.VERIFICATION_CODE, EmailKind.REQUESTS_DIGEST)

SETTINGS = CodeMailerSettings.model_validate(
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
    importers: int = 2
    more: int = 3
    at_least: bool = False


@cache
def writer(kind: EmailKind) -> Writer:
    """The real writer of the mailer that sends this kind."""
    return Writer(EmailRenderer(SETTINGS), CODES if kind in OF_CODE_MAILER else EMAILS)


def event(kind: EmailKind, told: Told) -> CodeIssued | DigestDue | EmailDue:
    """The event that makes a mailer write this email."""
    content: dict[str, str] = {
        "recipient": told.poc_email if kind in TO_POINT_OF_CONTACT else told.requester_email,
        "company_name": told.company_name,
        "importer_number": ImporterNumber.parse(told.importer_number).masked,
        "requester_email": told.requester_email,
        "poc_name": told.poc_name,
    }
    if kind is EmailKind.VERIFICATION_CODE:
        context = name_context(CodeIssued.TYPE, "content", ID)
        sealed = CODES.seal(CodeEmail(**content, code=CODE), context)
        return CodeIssued(application_id=ID, content=sealed, due_at=EXPIRES_AT, expires_at=EXPIRES_AT)
    if kind is EmailKind.REQUESTS_DIGEST:
        line = DigestLine(
            company_name=told.company_name,
            importer_number=content["importer_number"],
            requests=2,
            at_least=told.at_least,
        )
        digest = RequestsDigest(
            recipient=told.poc_email,
            poc_name=told.poc_name,
            requests=1,
            at_least=told.at_least,
            importers=(line,) * told.importers,
            more_importers=told.more,
            importers_at_least=told.at_least,
        )
        sealed = CODES.seal(digest, name_context(DigestDue.TYPE, "content", ID))
        return DigestDue(application_id=ID, content=sealed, since=SINCE, due_at=EXPIRES_AT)
    refused = kind is EmailKind.APPLICATION_REFUSED
    due = DueEmail(
        **content,
        owner_name=told.owner_name,
        account=None if refused else derive_number(ID),
        problem=told.problem if refused else None,
    )
    sealed = EMAILS.seal(due, name_context(EmailDue.TYPE, "content", ID))
    return EmailDue(application_id=ID, email=kind, content=sealed, due_at=EXPIRES_AT)


def claimed(kind: EmailKind) -> Emails:
    """The email as it is stored when it is handed over."""
    return Emails(ID).claim(kind, clock.now())


def written(kind: EmailKind, told: Told | None = None) -> EmailMessage:
    """The email, converted to bytes and read back."""
    return read(writer(kind).write(event(kind, told or Told()), kind))


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
