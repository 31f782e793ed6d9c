"""A real mail server on a free port: keeps what it receives and replies as told at every step."""

import asyncio
import email
import re
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from functools import cached_property
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

ACCEPTED = "250 accepted"
CUT = "cut"
"""Instead of a reply, the connection ends."""
SILENT = "silent"
"""Instead of a reply, nothing ever comes."""

REFERENCE = re.compile(r"\bACE-[0-9A-Z]{4}-[0-9A-Z]{4}\b")
"""Never part of an account number, of which one in 16,000 is like ``A-XACE-XXXX-XXXX``."""

CODE = re.compile(r"^([0-9A-Z]{4}-[0-9A-Z]{4})\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Email:
    """A received email, and the reply to its sender."""

    sender: str | None
    recipients: tuple[str, ...]
    content: bytes
    answer: str

    @property
    def is_accepted(self) -> bool:
        """Whether the server keeps it, even if its sender never learns that."""
        return self.answer in (ACCEPTED, CUT)

    @cached_property
    def message(self) -> EmailMessage:
        return email.message_from_bytes(self.content, policy=default)

    @cached_property
    def text(self) -> str:
        """The plain text part."""
        part = self.message.get_body(("plain",))
        assert part is not None
        return "\n".join(str(part.get_content()).splitlines())

    @property
    def to(self) -> str:
        return str(self.message["To"])

    @property
    def message_id(self) -> str:
        return str(self.message["Message-ID"])

    @property
    def reference(self) -> str:
        """The reference of its application; empty if it names none."""
        found = REFERENCE.search(self.text)
        return found[0] if found else ""

    @property
    def code(self) -> str | None:
        """The verification code, if there is one."""
        found = CODE.search(self.text)
        return found[1] if found else None


@dataclass
class MailSink:
    """Received emails, and the next replies."""

    answers: dict[str, str] = field(default_factory=dict)
    """Replies by step: ``CONNECT``, or a command's name. Every other step succeeds."""
    once: dict[str, str] = field(default_factory=dict)
    """Replies that are given once, before these."""
    received: list[Email] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    port: int = 0
    scheme: str = "smtp"
    tls: ssl.SSLContext | None = None
    """For the schemes ``smtps`` and ``smtp+starttls``."""
    knows_utf8: bool = True
    refuses_logins: bool = False
    """Whether it requires a login and refuses every one."""
    pause: float = 0.0
    """Seconds of delay for each email."""
    conversations: "list[_Conversation]" = field(default_factory=list)
    """Connections, those that ended among them."""
    cuts: Iterator[bool] = field(default_factory=lambda: iter(()))
    """For each of the next emails, whether the connection is cut once it is accepted."""
    answering: asyncio.Event = field(default_factory=asyncio.Event)
    """While cleared, accepted emails get no reply."""
    _arrived: asyncio.Condition = field(default_factory=asyncio.Condition)

    def __post_init__(self) -> None:
        self.answering.set()

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    @property
    def accepted(self) -> list[Email]:
        """The accepted emails."""
        return [email for email in self.received if email.is_accepted]

    async def emails(self, count: int, within: float = 20) -> list[Email]:
        """Waits until it has accepted this many."""
        async with asyncio.timeout(within), self._arrived:
            await self._arrived.wait_for(lambda: len(self.accepted) >= count)
        return self.accepted

    def to(self, *addresses: str) -> list[Email]:
        """The accepted emails to these addresses."""
        return [email for email in self.accepted if email.to in addresses]

    def code_for(self, reference: str) -> str | None:
        """The code in the email with this reference."""
        return next((email.code for email in self.accepted if email.reference == reference and email.code), None)

    async def handle_EHLO(  # noqa: N802  # these names are aiosmtpd's
        self, server: "_Conversation", session: Session, _envelope: Envelope, name: str, lines: list[str]
    ) -> list[str]:
        session.host_name = name
        answer = await self.answer("EHLO", server)
        return lines if answer == ACCEPTED else [answer]

    async def handle_HELO(  # noqa: N802
        self, server: "_Conversation", session: Session, _envelope: Envelope, name: str
    ) -> str:
        session.host_name = name
        return await self.answer("HELO", server)

    async def handle_MAIL(  # noqa: N802
        self, server: "_Conversation", _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return await self.answer("MAIL", server)

    async def handle_RCPT(  # noqa: N802
        self, server: "_Conversation", _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return await self.answer("RCPT", server)

    async def handle_DATA(self, server: "_Conversation", _session: Session, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.sleep(self.pause)
        assert isinstance(envelope.content, bytes)
        answer = self.once.pop("DATA", None) or self.answers.get("DATA", ACCEPTED)
        if answer == ACCEPTED and next(self.cuts, False):
            answer = CUT
        async with self._arrived:
            email = Email(envelope.mail_from, tuple(envelope.rcpt_tos), envelope.content, answer)
            self.received.append(email)
            self._arrived.notify_all()
        await self.answering.wait()
        return await self.answer("DATA", server, answer)

    async def handle_RSET(self, server: "_Conversation", _session: Session, _envelope: Envelope) -> str:  # noqa: N802
        return await self.answer("RSET", server)

    async def handle_QUIT(self, server: "_Conversation", _session: Session, _envelope: Envelope) -> str:  # noqa: N802
        return await self.answer("QUIT", server, self.answers.get("QUIT", "221 bye"))

    async def answer(self, step: str, server: "_Conversation", answer: str | None = None) -> str:
        """The reply at a step, if there is one."""
        self.commands.append(step)
        answer = answer or self.once.pop(step, None) or self.answers.get(step, ACCEPTED)
        if answer == CUT:
            server.cut()
        if answer in (CUT, SILENT):
            await asyncio.Event().wait()
        return answer


def _nobody(*_: object) -> AuthResult:
    return AuthResult(success=False, handled=False)


class _Conversation(SMTP):
    """One connection."""

    def __init__(self, sink: MailSink) -> None:
        super().__init__(
            sink,
            enable_SMTPUTF8=sink.knows_utf8,
            auth_require_tls=False,
            tls_context=sink.tls if sink.scheme == "smtp+starttls" else None,
            require_starttls=sink.scheme == "smtp+starttls",
            authenticator=_nobody if sink.refuses_logins else None,
        )
        self._sink = sink
        self._has_greeted = False
        sink.conversations.append(self)

    async def push(self, status: Any) -> None:
        """Sends a line. The first one is the greeting."""
        if not self._has_greeted:
            self._has_greeted = True
            greeting = await self._sink.answer("CONNECT", self)
            status = status if greeting == ACCEPTED else greeting
        await super().push(status)

    def cut(self) -> None:
        """Ends the connection without a word."""
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.abort()

    @property
    def is_open(self) -> bool:
        return isinstance(self.transport, asyncio.WriteTransport) and not self.transport.is_closing()


@asynccontextmanager
async def mail_sink(**answers: str) -> AsyncIterator[MailSink]:
    """Runs the server during the block, with these replies at these steps."""
    async with serving_sink(MailSink(answers)) as sink:
        yield sink


@asynccontextmanager
async def serving_sink(sink: MailSink) -> AsyncIterator[MailSink]:
    """Runs this server during the block."""
    at_once = sink.tls if sink.scheme == "smtps" else None
    server = await asyncio.get_running_loop().create_server(lambda: _Conversation(sink), "127.0.0.1", 0, ssl=at_once)
    sink.port = server.sockets[0].getsockname()[1]
    try:
        yield sink
    finally:
        for conversation in sink.conversations:
            conversation.cut()
        server.close()
        await server.wait_closed()


def code_in(text: str) -> str:
    """The code on a line of its own in a text."""
    found = CODE.search(text)
    assert found, text
    return found[1]
