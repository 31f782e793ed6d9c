"""Hands emails to the mail server, and reports its answers."""

import asyncio
import time
from dataclasses import dataclass, replace

import aiosmtplib
import structlog
from opentelemetry.trace import SpanKind

from services.notifier.connections import Connections
from services.notifier.mail_server_answers import (
    Accepted,
    MailServerAnswer,
    Meaning,
    SmtpStage,
    interpret,
    quote_answer,
)
from services.notifier.rendering import RenderedEmail
from services.notifier.writer import Writer
from shared import clock
from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.events import CodeIssued, DigestDue, EmailDue
from shared.domain.email import HAND_OVER_WITHIN, Emails
from shared.domain.errors import PermanentFailure, TransientFailure
from shared.observability import metrics, tracing
from shared.security import tls
from shared.settings.processes import MailerSettings

log = structlog.get_logger()

CANNOT_BE_WRITTEN = "a bug in this service: the email cannot be written"

STAGES: dict[type[aiosmtplib.SMTPResponseException], SmtpStage] = {
    aiosmtplib.SMTPConnectResponseError: SmtpStage.GREETING,
    aiosmtplib.SMTPHeloError: SmtpStage.EHLO,
    aiosmtplib.SMTPAuthenticationError: SmtpStage.AUTH,
    aiosmtplib.SMTPSenderRefused: SmtpStage.MAIL,
    aiosmtplib.SMTPRecipientRefused: SmtpStage.RCPT,
    aiosmtplib.SMTPDataError: SmtpStage.DATA,
}
"""The step whose answer each exception carries."""


@dataclass(frozen=True)
class HandOverResult:
    """The result of handing over an email."""

    status: EmailStatus
    reason: str | None = None
    """Our own sentence: the same cause always gives the same sentence."""
    smtp_status: int | None = None
    words: str = ""
    """What the mail server said, for operators, without the recipient's address."""
    attempt: int = 0
    """The attempt that was claimed."""

    @property
    def note(self) -> str | None:
        """The reason and the server's words, to keep with the email."""
        return f"{self.reason}: {self.words}" if self.words else self.reason

    @property
    def failure(self) -> TransientFailure | PermanentFailure | None:
        """Why to try again, or park the email."""
        if self.status is EmailStatus.DEFERRED:
            return TransientFailure(self.reason or "the mail server wants it later")
        if self.status in (EmailStatus.REFUSED, EmailStatus.PARKED):
            return PermanentFailure(self.reason or "the email cannot be sent", status=self.smtp_status)
        return None


class Mailer:
    """Hands emails to the mail server in `ACE_SMTP_URL`."""

    def __init__(self, settings: MailerSettings, writer: Writer) -> None:
        self._writer = writer
        self._accepted = Accepted()
        self._connections = Connections(settings.read_smtp_arguments())

    async def hand_over(
        self, event: CodeIssued | DigestDue | EmailDue, emails: Emails, kind: EmailKind
    ) -> HandOverResult | None:
        """Writes a claimed email and hands it over. One that cannot be written is parked: the fault is ours."""
        began = time.monotonic()
        claim = emails.by_kind[kind]
        email = self._write(event, kind)
        now = clock.now()
        end = min(filter(None, (now + HAND_OVER_WITHIN, claim.leased_until, event.deadline)))
        within = (end - now).total_seconds()
        with tracing.open_span(f"hand over {kind}", SpanKind.CLIENT):
            result = email if isinstance(email, HandOverResult) else await self._send(email, within)
            tracing.note({"ace.email.attempt": claim.attempt, "ace.email.result": result.status.value})
            tracing.note({"ace.smtp.status": result.smtp_status})
            if result.failure:
                tracing.note_failure(type(result.failure).__name__, result.reason or "")
        if result.status is EmailStatus.SENT:
            metrics.EMAIL_SECONDS.labels(kind).observe((clock.now() - event.due_at).total_seconds())
        metrics.EMAILS.labels(kind, result.status).inc()
        log.info(
            "email handed over" if result.status is EmailStatus.SENT else "email not handed over",
            email=kind,
            attempt=claim.attempt,
            result=result.status,
            reason=result.reason,
            said=result.words or None,
            seconds=round(time.monotonic() - began, 3),
        )
        return replace(result, attempt=claim.attempt)

    def close(self) -> None:
        """Closes the connections to the mail server."""
        self._connections.close()

    def _write(self, event: CodeIssued | DigestDue | EmailDue, kind: EmailKind) -> RenderedEmail | HandOverResult:
        try:
            return self._writer.write(event, kind)
        except PermanentFailure as error:
            return HandOverResult(EmailStatus.PARKED, error.reason)
        except Exception as error:  # whatever it is, the fault is ours, not the recipient's
            log.exception("cannot write an email", email=kind)
            return HandOverResult(EmailStatus.PARKED, f"{CANNOT_BE_WRITTEN} ({type(error).__name__})")

    async def _send(self, email: RenderedEmail, within: float) -> HandOverResult:
        try:
            async with asyncio.timeout(within):
                await self._connections.deliver(email)
        except aiosmtplib.SMTPResponseException as error:
            return self._interpret(_find_stage(error), error, email)
        except aiosmtplib.SMTPNotSupported:
            return HandOverResult(EmailStatus.DEFERRED, "the mail server accepts only ASCII addresses (no SMTPUTF8)")
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            if reason := tls.MAIL_SERVER.explain_failure(error):
                return HandOverResult(EmailStatus.DEFERRED, f"the mail server: {reason}")
            return HandOverResult(EmailStatus.DEFERRED, f"the mail server is away ({type(error).__name__})")
        except ValueError as error:  # an envelope that cannot be encoded
            return HandOverResult(EmailStatus.PARKED, f"{CANNOT_BE_WRITTEN} ({type(error).__name__})")
        self._accepted.add(email.recipient, clock.now())
        return HandOverResult(EmailStatus.SENT)

    def _interpret(
        self, stage: SmtpStage, error: aiosmtplib.SMTPResponseException, email: RenderedEmail
    ) -> HandOverResult:
        answer = MailServerAnswer(stage, error.code, error.message)
        means = interpret(answer, accepts_others=self._accepted.has_other_than(email.recipient, clock.now()))
        status = EmailStatus.REFUSED if means is Meaning.ADDRESS else EmailStatus.DEFERRED
        said = quote_answer(error.message, email.recipient)
        return HandOverResult(status, f"{means} ({answer.numbers})", error.code, said)


def _find_stage(error: aiosmtplib.SMTPResponseException) -> SmtpStage:
    """The step that was answered. STARTTLS has no exception of its own."""
    return next((stage for kind, stage in STAGES.items() if isinstance(error, kind)), SmtpStage.STARTTLS)
