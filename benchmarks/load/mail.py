"""A mail server that only counts: what it costs is small, and not the system's."""

import asyncio
import email
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.policy import default

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.support.mail_sink import code_in

WITHIN = 120.0
"""Seconds in which an email comes, even on a busy machine."""


class MailServer:
    """Keeps every email by recipient."""

    def __init__(self) -> None:
        self.port = 0
        self.count = 0
        self._boxes: dict[str, list[bytes]] = defaultdict(list)
        self._times: dict[str, float] = {}
        """When each address got its first email."""
        self._arrivals: dict[str, asyncio.Event] = defaultdict(asyncio.Event)

    @property
    def url(self) -> str:
        """Its address, as ACE_SMTP_URL."""
        return f"smtp://127.0.0.1:{self.port}"

    async def read_code(self, address: str) -> str:
        """The code in the first email to an address. Raises TimeoutError."""
        content = (await self.wait_for(address, 1))[0]
        part = email.message_from_bytes(content, policy=default).get_body(("plain",))
        return code_in("\n".join(str(part.get_content()).splitlines()) if part else "")

    async def wait_for(self, address: str, count: int) -> list[bytes]:
        """Waits until an address has so many emails. Raises TimeoutError."""
        box, arrival = self._boxes[address], self._arrivals[address]
        async with asyncio.timeout(WITHIN):
            while len(box) < count:
                arrival.clear()
                await arrival.wait()
        return box

    def find_first(self, address: str) -> tuple[bytes, float]:
        """The first email to an address, and when it came."""
        return self._boxes[address][0], self._times[address]

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's name
        """Keeps an email."""
        self.count += 1
        for address in envelope.rcpt_tos:
            self._times.setdefault(address, time.time())
            self._boxes[address].append(envelope.original_content or b"")
            self._arrivals[address].set()
        return "250 2.0.0 Kept"


@asynccontextmanager
async def serve_mail() -> AsyncIterator[MailServer]:
    """Runs a mail server during the block."""
    mail = MailServer()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(mail, enable_SMTPUTF8=True, hostname="mail.test"), "127.0.0.1", 0)
    mail.port = server.sockets[0].getsockname()[1]
    try:
        yield mail
    finally:
        server.close()
