"""The mail server: whether it is there and lets us in. Sends no email."""

import asyncio

import aiosmtplib

from services.console.checks.verdict import Check, bad, ok, warn
from shared.security import tls
from shared.security.redaction import redact
from shared.settings.groups import MailServerSettings

PATIENCE = 8
"""Seconds for connecting and disconnecting."""

OUR_LOGIN = "refuses our name and password"


async def check_mail_server(settings: MailServerSettings) -> list[Check]:
    """Connects to the mail server the way the notifier does, and disconnects."""
    if settings.smtp_url is None:
        says = "ACE_SMTP_URL is not set here: not checked"
        return [warn("mail server", says, "set it for acectl too, where it can reach the mail server")]
    if failure := await try_mail_server(settings):
        is_login = failure.endswith(OUR_LOGIN)
        to_do = (
            "correct ACE_SMTP_URL" if is_login else "bring it back: codes are tried for ten minutes, others for a day"
        )
        return [bad("mail server", failure, to_do)]
    return [ok("mail server", "answers and lets us in")]


async def try_mail_server(settings: MailServerSettings, within: float = PATIENCE) -> str | None:
    """Why the mail server cannot be used, in one line; None if it lets us in."""
    arguments = settings.read_smtp_arguments()
    where = f"{arguments['hostname']}:{arguments['port']}"
    try:
        async with asyncio.timeout(within), aiosmtplib.SMTP(**arguments, timeout=within) as server:
            await server.noop()
    except aiosmtplib.SMTPAuthenticationError:
        return f"{where} {OUR_LOGIN}"
    except TimeoutError:
        return f"{where} did not answer within {within:.0f} s"
    except (aiosmtplib.SMTPException, OSError, ValueError) as error:
        if reason := tls.MAIL_SERVER.explain_failure(error):
            return f"{where}: {reason}"
        if isinstance(error, aiosmtplib.SMTPResponseException):
            return f"{where} answers {error.code} {redact(' '.join(error.message.split()))}"
        return f"{where} is away ({type(error).__name__})"
    return None
