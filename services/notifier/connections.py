"""Connections to the mail server, kept open between emails: greeting, encryption and login happen once."""

import asyncio
from typing import Any

import aiosmtplib
from aiosmtplib import SMTPStatus

from services.notifier.rendering import RenderedEmail

REPLY_WITHIN = 15
"""Seconds that the mail server may take for one reply."""

KEPT_REPLY_WITHIN = 4
"""Seconds for one reply on a kept connection, before the content: enough of the hand-over is left for a new one."""

KEPT_FOR = 20
"""Seconds that a connection is kept without an email. Servers close it after five minutes, or fewer when busy."""

KEPT = 5
"""Unused connections that a process keeps."""

EMAILS = 50
"""Emails on one connection. Many servers limit them, and a balancer spreads only new connections."""

REFUSALS = range(400, 600)
"""Replies that refuse a command, for now or for good (RFC 5321, 4.2.1)."""

CLOSING = 421
"""The reply of a server that closes the connection (RFC 5321, 3.8)."""


def quote_periods(content: bytes) -> bytes:
    """The content as it goes over the wire, with its end (RFC 5321, 4.5.2).

    Raises:
        ValueError: a line does not end with CRLF. Some servers take such a line with one period for the end.

    """
    if not content.endswith(b"\r\n") or not content.count(b"\r") == content.count(b"\n") == content.count(b"\r\n"):
        raise ValueError("a line of the email does not end with CRLF")
    return (b"\r\n" + content).replace(b"\r\n.", b"\r\n..")[2:] + b".\r\n"


class Connection:
    """A connection to the mail server."""

    def __init__(self, server: aiosmtplib.SMTP) -> None:
        self.server = server
        self._begun = 0
        self._was_kept = False
        self._was_answered = False
        self._was_refused = False

    @property
    def is_usable(self) -> bool:
        """Whether another email may go this way: every command was answered, and the server has not closed it."""
        return self._was_answered and self._begun < EMAILS and self.server.is_connected

    async def begin(self, email: RenderedEmail) -> bool:
        """Names sender and recipient. False if a kept connection does not take them. Raises as `aiosmtplib` does.

        Whatever a kept connection refuses may be about the connection ("too many recipients in this session"), so only
        a new one is believed.
        """
        self._was_kept, self._begun = self._begun > 0, self._begun + 1
        self._was_answered = False
        try:
            if not self._was_kept:
                await self.server.connect()
            elif self._was_refused:
                await self.server.rset(timeout=KEPT_REPLY_WITHIN)
            self._was_refused = False
            await self._address(email, KEPT_REPLY_WITHIN if self._was_kept else REPLY_WITHIN)
        except aiosmtplib.SMTPNotSupported:
            raise
        except (aiosmtplib.SMTPException, OSError) as error:
            if self._was_kept:
                return False
            if isinstance(error, aiosmtplib.SMTPRecipientRefused):
                self._keep_after(error)
            raise
        return True

    async def finish(self, email: RenderedEmail) -> bool:
        """Hands over the content. False if a kept connection refuses it. Raises as `aiosmtplib` does.

        Once the content is on its way, a lost connection leaves unknown whether it was accepted.
        """
        try:
            await self._send_content(email.content)
        except aiosmtplib.SMTPDataError as error:
            if self._was_kept and error.code in REFUSALS:
                return False
            self._keep_after(error)
            raise
        self._was_answered = True
        return True

    async def _send_content(self, content: bytes) -> None:
        """Not `data`, which takes four times as long: it looks for line ends and periods with regular expressions."""
        quoted = quote_periods(content)
        answer = await self.server.execute_command(b"DATA")
        if answer.code == SMTPStatus.start_input:
            answer = await self._finish_content(quoted)
        if answer.code != SMTPStatus.completed:
            raise aiosmtplib.SMTPDataError(answer.code, answer.message)

    async def _finish_content(self, quoted: bytes) -> aiosmtplib.SMTPResponse:
        protocol = self.server.protocol
        if protocol is None:
            raise aiosmtplib.SMTPServerDisconnected("Connection lost")
        try:
            protocol.write(quoted)
            return await protocol.read_response(timeout=REPLY_WITHIN)
        except (aiosmtplib.SMTPServerDisconnected, aiosmtplib.SMTPTimeoutError):
            self.server.close()
            raise

    def _keep_after(self, error: aiosmtplib.SMTPResponseException) -> None:
        """Keeps the connection for another email, unless it is closing, or its replies are out of step."""
        self._was_answered, self._was_refused = error.code in REFUSALS and error.code != CLOSING, True

    async def _address(self, email: RenderedEmail, within: float) -> None:
        """Not `sendmail`: after a refusal it sends RSET, and a failure there hides the refusal."""
        server = self.server
        if email.utf8:
            if server.is_ehlo_or_helo_needed:
                await server.ehlo()
            if not server.supports_extension("smtputf8"):
                raise aiosmtplib.SMTPNotSupported("SMTPUTF8")
        encoding, options = ("utf-8", ["SMTPUTF8"]) if email.utf8 else ("ascii", [])
        await server.mail(email.sender, options=options, encoding=encoding, timeout=within)
        await server.rcpt(email.recipient, encoding=encoding, timeout=within)


class Connections:
    """The connections of a process: at most one for each email on its way, and a few unused ones."""

    def __init__(self, arguments: dict[str, Any]) -> None:
        self._arguments = {**arguments, "timeout": REPLY_WITHIN}
        self._unused: dict[Connection, asyncio.TimerHandle] = {}

    async def deliver(self, email: RenderedEmail) -> None:
        """Hands an email over, by a kept connection or else by a new one. Raises as `aiosmtplib` does."""
        kept = self._take()
        if kept and await self._try(kept, email):
            return
        await self._try(Connection(aiosmtplib.SMTP(**self._arguments)), email)

    async def _try(self, connection: Connection, email: RenderedEmail) -> bool:
        try:
            if not await connection.begin(email):
                return False
            self._arguments["local_hostname"] = connection.server.local_hostname  # else each asks the name server
            return await connection.finish(email)
        finally:
            if connection.is_usable and len(self._unused) < KEPT:
                self._unused[connection] = asyncio.get_running_loop().call_later(KEPT_FOR, self._drop, connection)
            else:  # no QUIT: once the email is accepted, no later failure may make it look refused
                connection.server.close()

    def _take(self) -> Connection | None:
        """The connection used last, so that those not needed end."""
        while self._unused:
            connection, timer = self._unused.popitem()
            timer.cancel()
            if connection.is_usable:
                return connection
        return None

    def _drop(self, connection: Connection) -> None:
        self._unused.pop(connection).cancel()
        connection.server.close()

    def close(self) -> None:
        """Closes what is kept."""
        for connection in [*self._unused]:
            self._drop(connection)
