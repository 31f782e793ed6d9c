"""Receives mail over SMTP."""

import asyncio

from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.local.inbox.mailbox import Mailbox

LARGEST_MESSAGE = 10_000_000


class Receiver:
    """Stores every message in the mailbox, with its envelope as the first headers."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's name
        """Stores a message and tells its sender."""
        lines = [f"Return-Path: <{envelope.mail_from}>", *(f"Delivered-To: {one}" for one in envelope.rcpt_tos)]
        source = envelope.original_content or b""
        self._mailbox.keep("".join(f"{line}\r\n" for line in lines).encode() + source)
        return "250 2.0.0 Kept"


async def listen(mailbox: Mailbox, host: str, port: int) -> asyncio.Server:
    """A mail server on this address, without authentication."""
    receiver = Receiver(mailbox)
    loop = asyncio.get_running_loop()
    return await loop.create_server(
        lambda: SMTP(receiver, data_size_limit=LARGEST_MESSAGE, enable_SMTPUTF8=True, ident="ACE local inbox"),
        host,
        port,
    )
