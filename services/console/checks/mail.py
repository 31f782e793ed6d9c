"""The mail server: whether it is there and lets us in. Sends no email."""

import aiosmtplib

from services.console.checks.verdict import Check, bad, ok, warn
from shared.security import tls
from shared.settings.groups import MailServerSettings

PATIENCE = 10
"""Seconds for each response."""


async def check_mail_server(settings: MailServerSettings) -> list[Check]:
    """Connects to the mail server the way the notifier does, and disconnects."""
    if settings.smtp_url is None:
        says = "ACE_SMTP_URL is not set here: not checked"
        return [warn("mail server", says, "set it for acectl too, where it can reach the mail server")]
    arguments = settings.read_smtp_arguments()
    where = f"{arguments['hostname']}:{arguments['port']}"
    try:
        async with aiosmtplib.SMTP(**arguments, timeout=PATIENCE) as server:
            await server.noop()
    except aiosmtplib.SMTPAuthenticationError:
        return [bad("mail server", f"{where} refuses our name and password", "see ACE_SMTP_URL")]
    except (aiosmtplib.SMTPException, OSError, ValueError) as error:
        if reason := tls.MAIL_SERVER.explain_failure(error):
            return [bad("mail server", f"{where}: {reason}", "emails are retried for a day, codes for ten minutes")]
        code = getattr(error, "code", None)
        said = f"answers {code}" if code else f"is away ({type(error).__name__})"
        return [bad("mail server", f"{where} {said}", "emails are retried for a day, codes for ten minutes")]
    return [ok("mail server", f"{where} answers and lets us in")]
