"""A real mail server on a free port that keeps what it takes, and can be told to refuse."""

import asyncio
import email
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

ACCEPTED = "250 accepted"


@dataclass
class Mailbox:
    """What came in, and what the next email is answered with."""

    messages: list[EmailMessage] = field(default_factory=list)
    answer: str = ACCEPTED
    recipient: str = ACCEPTED
    """What a recipient is answered with, before any email."""
    forget_answers: int = 0
    """How many emails are kept while their senders are told to come back, as when a connection breaks there."""
    answering: asyncio.Event = field(default_factory=asyncio.Event)
    """Not set: what was taken stays unanswered until it is."""
    port: int = 0
    _arrived: asyncio.Condition = field(default_factory=asyncio.Condition)

    def __post_init__(self) -> None:
        self.answering.set()

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's
        self, _server: Any, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.recipient == ACCEPTED:
            envelope.rcpt_tos.append(address)
        return self.recipient

    async def handle_DATA(self, _server: Any, _session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's
        if self.answer != ACCEPTED:
            return self.answer
        content = envelope.content
        assert isinstance(content, bytes)
        async with self._arrived:
            self.messages.append(email.message_from_bytes(content, policy=default))
            self._arrived.notify_all()
        await self.answering.wait()
        if self.forget_answers:
            self.forget_answers -= 1
            return "421 gone before the answer"
        return ACCEPTED

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def emails(self, count: int, within: float = 20) -> list[EmailMessage]:
        """Waits until so many emails are there."""
        async with asyncio.timeout(within), self._arrived:
            await self._arrived.wait_for(lambda: len(self.messages) >= count)
        return list(self.messages)

    def to(self, address: str) -> list[EmailMessage]:
        return [message for message in self.messages if message["To"] == address]


@asynccontextmanager
async def mailbox() -> AsyncIterator[Mailbox]:
    """The mail server while the block runs."""
    box = Mailbox()
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(box, enable_SMTPUTF8=True), "127.0.0.1", 0)
    box.port = server.sockets[0].getsockname()[1]
    try:
        yield box
    finally:
        server.close()
        await server.wait_closed()


def text_of(message: EmailMessage) -> str:
    """The plain text part."""
    part = message.get_body(("plain",))
    assert part is not None
    return "\n".join(str(part.get_content()).splitlines())
