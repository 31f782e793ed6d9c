"""An email for a mail server, and what became of it."""

from services.notifier.mailer import HandOverResult, Mailer
from shared.contracts.email_kind import EmailKind
from tests.support.mail_sink import MailSink, mail_sink
from tests.support.written_emails import CODE, SETTINGS, Told, claimed, event, writer

KIND = EmailKind.VERIFICATION_CODE


TOLD = Told()


CHATTER = f"<{TOLD.poc_email}> says {TOLD.requester_email} gave {CODE} for {TOLD.importer_number}"
"""What a careless server might quote in its replies."""


def mailer(url: str, kind: EmailKind = KIND) -> Mailer:
    return Mailer(SETTINGS.model_copy(update={"smtp_url": url}), writer(kind))


async def hand_over(by: Mailer, told: Told = TOLD, **changes: str) -> HandOverResult:
    """The result of an email, with these changes of its event."""
    result = await by.hand_over(event(KIND, told).model_copy(update=changes), claimed(KIND), KIND)
    assert result is not None
    return result


async def handed_over(told: Told = TOLD, /, **answers: str) -> tuple[HandOverResult, MailSink]:
    """The result of an email to a server that answers like this, and the server."""
    async with mail_sink(**answers) as server:
        return await hand_over(mailer(server.url), told), server
