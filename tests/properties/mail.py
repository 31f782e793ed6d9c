"""The mail server: what it accepted, and what it will say."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default
from typing import TYPE_CHECKING, Any
from uuid import UUID

import aiosmtplib
from aiosmtplib import SMTPStatus

from shared.contracts.events import CodeIssued, DigestDue, EmailDue
from shared.storage.emails import find_kind, find_resend
from tests.properties.network import Reached, Work, working

if TYPE_CHECKING:
    from tests.properties.simulation import Simulation

CODE = re.compile(r"^([0-9A-Z]{4}-[0-9A-Z]{4})\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Accepted:
    """An email that the mail server accepted."""

    application: UUID
    kind: str
    message_id: str
    to: str
    code: str | None
    at: datetime
    by: Work


@dataclass(frozen=True)
class Mood:
    """A mail server's mood: the step where it refuses, and its reply."""

    step: str = ""
    code: int = 250
    text: str = ""
    about: str = ""
    """Whose failure that is, according to the description: the ``address``'s, or by default ``whoever``'s."""


ACCEPTS = Mood()
GONE = Mood("RCPT", 550, "5.1.1 no such mailbox", about="address")
MOODS = (
    ACCEPTS,
    ACCEPTS,
    Mood("DATA", 451, "4.3.0 later"),
    GONE,
    Mood("RCPT", 550, "no such mailbox", about="whoever"),
    Mood("RCPT", 554, "5.7.1 blocked"),
    Mood("DATA", 552, "5.2.2 full"),
    Mood("MAIL", 550, "5.1.1 no such sender"),
)
LATELY = timedelta(minutes=10)


def name_email(kind: str, resend: int) -> str:
    """Each resend of an email is an email of its own: ``account-ready 1``."""
    return f"{kind} {resend}" if resend else f"{kind}"


class MailServer:
    """Accepts emails, or replies according to its mood."""

    def __init__(self, simulation: "Simulation") -> None:
        self._simulation = simulation
        self.mood = ACCEPTS
        self.accepted: list[Accepted] = []
        self.unknown: set[UUID] = set()
        """Applications with an email to an address that it clearly refused."""

    def connection(self, **_: Any) -> "Connection":
        """What `aiosmtplib.SMTP` returns."""
        return Connection(Reached(self._simulation.network, "mail", self, _gone))

    async def connect(self) -> None:
        """Greets the client."""

    async def transact(self, to: str, content: bytes) -> None:
        """Accepts an email, or refuses its sender, recipient or content."""
        email = message_from_bytes(content, policy=default)
        work = working.get()
        assert work.sent is not None
        event = work.sent.message
        assert isinstance(event, CodeIssued | DigestDue | EmailDue)
        if self.mood is not ACCEPTS:
            if self._is_about(to):
                self.unknown.add(event.application_id)
            raise self._refusal(to)
        text = email.get_body(("plain",))
        code = CODE.search(text.get_content()) if text and isinstance(event, CodeIssued) else None
        kind = name_email(find_kind(event) or "", find_resend(event))
        accepted = Accepted(
            application=event.application_id,
            kind=kind,
            message_id=email["Message-ID"],
            to=to,
            code=code[1] if code else None,
            at=self._simulation.clock(),
            by=work,
        )
        work.emails.append(accepted)
        self.accepted.append(accepted)

    def _is_about(self, to: str) -> bool:
        """Whether a reply is about the recipient's address, not about us."""
        others = (each for each in self.accepted if each.to != to and self._simulation.clock() - each.at <= LATELY)
        return self.mood.about == "address" or (self.mood.about == "whoever" and any(others))

    def _refusal(self, to: str) -> aiosmtplib.SMTPException:
        code, text = self.mood.code, self.mood.text
        match self.mood.step:
            case "MAIL":
                return aiosmtplib.SMTPSenderRefused(code, text, "no-reply@emails.example")
            case "RCPT":
                return aiosmtplib.SMTPRecipientRefused(code, text, to)
        return aiosmtplib.SMTPDataError(code, text)


class Connection:
    """A connection to the mail server. What it answers to all commands of a transaction comes with the last."""

    def __init__(self, reached: Reached) -> None:
        self.connect = reached.connect
        self.is_connected = False  # once its email is accepted or refused: none is kept
        self.local_hostname = "mailer.example"
        self._transact = reached.transact
        self._to = ""
        self._content = b""

    async def mail(self, _sender: str, *, options: list[str], encoding: str, **_: float) -> None:
        """Begins a transaction."""
        assert (options, encoding) == ([], "ascii")

    async def rcpt(self, recipient: str, *, encoding: str, **_: float) -> None:
        """Names its only recipient."""
        assert not self._to
        self._to = recipient

    async def execute_command(self, verb: bytes) -> aiosmtplib.SMTPResponse:
        """Asks for the content."""
        assert verb == b"DATA"
        return aiosmtplib.SMTPResponse(SMTPStatus.start_input, "go on")

    @property
    def protocol(self) -> "Connection":
        """Where the content is written, and what came of it is read."""
        return self

    def write(self, quoted: bytes) -> None:
        """Takes the content, with its end."""
        self._content = quoted.removesuffix(b".\r\n").replace(b"\r\n..", b"\r\n.")

    async def read_response(self, **_: float) -> aiosmtplib.SMTPResponse:
        """Ends the transaction."""
        try:
            await self._transact(self._to, self._content)
        except aiosmtplib.SMTPDataError as error:
            return aiosmtplib.SMTPResponse(error.code, error.message)
        return aiosmtplib.SMTPResponse(SMTPStatus.completed, "taken")

    def close(self) -> None:
        """Hangs up."""


def _gone() -> BaseException:
    return aiosmtplib.SMTPServerDisconnected("gone")
