"""Gathers what an email says: opens what is sealed, for the email's only recipient."""

from services.notifier.rendering import EmailRenderer, RenderedEmail
from shared.contracts.email_kind import EmailKind
from shared.contracts.events import CodeIssued, EmailDue
from shared.contracts.sealed import CodeEmail, DueEmail, EmailContent
from shared.domain import reference
from shared.domain.errors import PermanentFailure
from shared.security.sealing import CannotOpen, Sealer, name_context


class Writer:
    """Writes emails from what their events bring, sealed for this mailer."""

    def __init__(self, emails: EmailRenderer, sealer: Sealer) -> None:
        self._emails = emails
        self._sealer = sealer

    def write(self, event: CodeIssued | EmailDue, kind: EmailKind) -> RenderedEmail:
        """Writes the email. Raises `PermanentFailure` if its content does not open."""
        content_type: type[EmailContent] = CodeEmail if isinstance(event, CodeIssued) else DueEmail
        context = name_context(event.sealed_as, "content", event.application_id)
        try:
            content = self._sealer.open(content_type, event.content, context)
        except CannotOpen as error:
            raise PermanentFailure(f"the email cannot be written: {error}") from None
        resend = event.resend if isinstance(event, EmailDue) else 0
        said: dict[str, object] = {**vars(content), "reference": reference.derive(event.application_id)}
        if isinstance(event, CodeIssued):
            said["expires_at"] = event.expires_at
        return self._emails.write(
            kind, to=content.recipient, application_id=event.application_id, said=said, resend=resend
        )
