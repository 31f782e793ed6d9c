"""The mail server of the chaos suite: keeps what it accepted, and what became of the answer."""

import asyncio
import email
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.mailbox import text_of

ACCEPTED = "250 accepted"
UNKNOWN = "550 5.1.1 no such mailbox"
"""The one refusal here that is about the recipient's address."""
REFERENCE = re.compile(r"ACE-[0-9A-Z]{4}-[0-9A-Z]{4}")
CODE = re.compile(r"^([0-9A-Z]{4}-[0-9A-Z]{4})$", re.MULTILINE)


@dataclass(frozen=True)
class Taken:
    """An email that was accepted."""

    message_id: str
    to: str
    subject: str
    reference: str
    code: str | None
    answered: bool
    """Whether whoever handed it over was told so."""


@dataclass
class PostOffice:
    """What it is told to be like, and what it accepted."""

    answer: str = ACCEPTED
    pause: float = 0.0
    """Seconds that it thinks about an email."""
    cut_every: int = 0
    """Of so many emails one is accepted, and the connection cut before the answer."""
    port: int = 0
    emails: list[Taken] = field(default_factory=list)
    refused: int = 0
    unknown: set[str] = field(default_factory=set)
    """References of the emails whose address it did not know."""
    _count: int = 0

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def code_for(self, reference: str) -> str | None:
        """The code in the email that names this reference."""
        return next((email.code for email in self.emails if email.reference == reference and email.code), None)

    async def handle_DATA(self, server: Any, _session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's
        await asyncio.sleep(self.pause)
        assert isinstance(envelope.content, bytes)
        message = email.message_from_bytes(envelope.content, policy=default)
        text = text_of(message)
        reference, code = REFERENCE.search(text), CODE.search(text)
        if self.answer != ACCEPTED:
            self.refused += 1
            if self.answer == UNKNOWN and reference:
                self.unknown.add(reference[0])
            return self.answer
        self._count += 1
        cut = bool(self.cut_every) and self._count % self.cut_every == 0
        self.emails.append(
            Taken(
                message_id=str(message["Message-ID"]),
                to=envelope.rcpt_tos[0],
                subject=str(message["Subject"]),
                reference=reference[0] if reference else "",
                code=code[1] if code else None,
                answered=not cut,
            )
        )
        if cut:
            server.transport.abort()
            await asyncio.Event().wait()
        return ACCEPTED


@asynccontextmanager
async def post_office() -> AsyncIterator[PostOffice]:
    """The mail server while the block runs."""
    office = PostOffice()
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(office, enable_SMTPUTF8=True), "127.0.0.1", 0)
    office.port = server.sockets[0].getsockname()[1]
    try:
        yield office
    finally:
        server.close()
