"""Hands letters to the mail server, and says what it answered."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

import aiosmtplib
import structlog

from services.notifier.letter import Letter
from services.notifier.writer import Writer
from shared import clock
from shared.contracts.events import CodeIssued, LetterDue
from shared.domain.application import Application
from shared.domain.letter import LetterKind, LetterStatus
from shared.domain.trouble import Poison, Transient
from shared.observability import metrics
from shared.settings import Settings

log = structlog.get_logger()

REPLY_WITHIN = 15
"""Seconds that the mail server may take for one reply."""

HAND_OVER_WITHIN = 20
"""Seconds for the whole hand-over: less than the letter's lease, and less than a worker that stops gives it."""


@dataclass(frozen=True)
class HandedOver:
    """What came of handing a letter over."""

    status: LetterStatus
    reason: str | None = None
    smtp_status: int | None = None

    @property
    def trouble(self) -> Transient | Poison | None:
        """What the loop is to do about it."""
        if self.status is LetterStatus.DEFERRED:
            return Transient(self.reason or "the mail server wants it later")
        if self.status is LetterStatus.REFUSED:
            return Poison(self.reason or "the mail server refused it", status=self.smtp_status)
        return None


class Mailer:
    """A connection a letter to the mail server that `ACE_SMTP_URL` names."""

    def __init__(self, settings: Settings, writer: Writer) -> None:
        url = urlsplit(settings.need("smtp_url"))
        self._writer = writer
        self._connection: dict[str, Any] = {
            "hostname": url.hostname,
            "port": url.port or {"smtp": 25, "smtps": 465}.get(url.scheme, 587),
            "username": unquote(url.username) if url.username else None,
            "password": unquote(url.password) if url.password else None,
            "use_tls": url.scheme == "smtps",
            "start_tls": url.scheme == "smtp+starttls",
            "timeout": REPLY_WITHIN,
        }

    async def hand_over(
        self, event: CodeIssued | LetterDue, application: Application, kind: LetterKind
    ) -> HandedOver | None:
        """Writes a letter and hands it over. One that cannot be written is refused, with the reason."""
        began = time.monotonic()
        try:
            result = await self._send(self._writer.write(event, application, kind))
        except Poison as error:
            result = HandedOver(LetterStatus.REFUSED, error.reason)
        if result.status is LetterStatus.SENT:
            due_at = application.history[-1].at
            metrics.LETTER_SECONDS.labels(kind).observe((clock.now() - due_at).total_seconds())
        metrics.LETTERS.labels(kind, result.status).inc()
        log.info(
            "letter handed over" if result.status is LetterStatus.SENT else "letter not handed over",
            letter=kind,
            reference=application.reference,
            result=result.status,
            reason=result.reason,
            seconds=round(time.monotonic() - began, 3),
        )
        return result

    async def _send(self, letter: Letter) -> HandedOver:
        server = aiosmtplib.SMTP(**self._connection)
        try:
            async with asyncio.timeout(HAND_OVER_WITHIN):
                await server.connect()
                options = ["SMTPUTF8"] if letter.utf8 else []
                await server.sendmail(letter.sender, [letter.recipient], letter.content, mail_options=options)
        except aiosmtplib.SMTPRecipientsRefused as error:
            return _answered(error.recipients[0].code)
        except (aiosmtplib.SMTPSenderRefused, aiosmtplib.SMTPDataError) as error:
            return _answered(error.code)
        except (aiosmtplib.SMTPNotSupported, ValueError):
            return HandedOver(LetterStatus.REFUSED, "the mail server cannot take such an address")
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            return HandedOver(LetterStatus.DEFERRED, f"the mail server is away ({type(error).__name__})")
        finally:
            server.close()  # no farewell: once the letter was accepted, nothing that fails may make it look refused
        return HandedOver(LetterStatus.SENT)


def _answered(status: int) -> HandedOver:
    """What a mail server's refusal means (RFC 5321, 4.2.1): 4yz for now, 5yz for good."""
    if status >= 500:
        return HandedOver(LetterStatus.REFUSED, f"the mail server refused the letter for good ({status})", status)
    return HandedOver(LetterStatus.DEFERRED, f"the mail server wants the letter later ({status})", status)
