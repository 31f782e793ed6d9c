"""An email for a mail server, and what became of it."""

from datetime import timedelta

from services.notifier.mailer import HandOverResult, Mailer
from shared import clock
from shared.contracts.email_kind import EmailKind
from shared.domain.email import Emails
from tests.support.mail_sink import MailSink, mail_sink
from tests.support.written_emails import CODE, SETTINGS, Told, claimed, event, writer

KIND = EmailKind.VERIFICATION_CODE


TOLD = Told()


CHATTER = f"<{TOLD.poc_email}> says {TOLD.requester_email} gave {CODE} for {TOLD.importer_number}"
"""What a careless server might quote in its replies."""


def mailer(url: str, kind: EmailKind = KIND) -> Mailer:
    return Mailer(SETTINGS.model_copy(update={"smtp_url": url}), writer(kind))


async def hand_over(by: Mailer, told: Told = TOLD, claim: Emails | None = None, **changes: object) -> HandOverResult:
    """The result of an email, with these changes of its event. Its code is valid for a minute more."""
    changes = {"expires_at": clock.now() + timedelta(minutes=1), **changes}
    result = await by.hand_over(event(KIND, told).model_copy(update=changes), claim or claimed(KIND), KIND)
    assert result is not None
    return result


async def handed_over(told: Told = TOLD, /, **answers: str) -> tuple[HandOverResult, MailSink]:
    """The result of an email to a server that answers like this, and the server."""
    async with mail_sink(**answers) as server:
        return await hand_over(mailer(server.url), told), server
