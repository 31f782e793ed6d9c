"""A mail server that answers as it is told to, at every step of taking an email."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

SILENT = "silent"
"""In place of an answer: none ever comes."""

CUT = "cut"
"""In place of an answer: the connection ends."""


@dataclass
class MailServer:
    """What came in, and what is answered: by step (`CONNECT`, or a command's name)."""

    answers: dict[str, str] = field(default_factory=dict)
    port: int = 0
    utf8: bool = True
    login: bool = False
    """Whether it knows logins, and refuses every one."""
    received: list[bytes] = field(default_factory=list)
    envelopes: list[tuple[str | None, list[str]]] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_EHLO(  # noqa: N802  # these names are aiosmtpd's
        self, server: "_Conversation", session: Session, _envelope: Envelope, name: str, lines: list[str]
    ) -> list[str]:
        session.host_name = name
        answer = await self.answer("EHLO", server)
        return lines if answer == "250 fine" else [answer]

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
        content = envelope.content
        assert isinstance(content, bytes)
        self.received.append(content)
        self.envelopes.append((envelope.mail_from, list(envelope.rcpt_tos)))
        return await self.answer("DATA", server)

    async def handle_RSET(self, server: "_Conversation", _session: Session, _envelope: Envelope) -> str:  # noqa: N802
        return await self.answer("RSET", server)

    async def handle_QUIT(self, server: "_Conversation", _session: Session, _envelope: Envelope) -> str:  # noqa: N802
        return await self.answer("QUIT", server)

    async def answer(self, step: str, server: "_Conversation") -> str:
        """The answer at a step, if there is one."""
        self.commands.append(step)
        answer = self.answers.get(step, "221 bye" if step == "QUIT" else "250 fine")
        if answer == CUT:
            server.cut()
        if answer in (CUT, SILENT):
            await asyncio.Event().wait()
        return answer


def _nobody(*_: object) -> AuthResult:
    return AuthResult(success=False, handled=False)


class _Conversation(SMTP):
    """One connection."""

    def __init__(self, handler: MailServer) -> None:
        super().__init__(
            handler,
            enable_SMTPUTF8=handler.utf8,
            auth_require_tls=False,
            authenticator=_nobody if handler.login else None,
        )
        self._answers = handler
        self._greeted = False

    async def push(self, status: Any) -> None:
        """Sends a line; the first one is the greeting."""
        if not self._greeted:
            self._greeted = True
            greeting = await self._answers.answer("CONNECT", self)
            status = status if greeting == "250 fine" else greeting
        await super().push(status)

    def cut(self) -> None:
        """Ends the connection without a word."""
        assert isinstance(self.transport, asyncio.WriteTransport)
        self.transport.abort()


@asynccontextmanager
async def mail_server(**answers: str) -> AsyncIterator[MailServer]:
    """The server while the block runs, answering so at these steps and kindly at all others."""
    told = MailServer(answers)
    server = await asyncio.get_running_loop().create_server(lambda: _Conversation(told), "127.0.0.1", 0)
    told.port = server.sockets[0].getsockname()[1]
    try:
        yield told
    finally:
        server.close()
        await server.wait_closed()
