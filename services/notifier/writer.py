"""Gathers what an email says: opens what is sealed, for the email's only recipient."""

from services.notifier.rendering import EmailRenderer, RenderedEmail
from shared.contracts.email_kind import EmailKind
from shared.contracts.events import CodeIssued, DigestDue, EmailDue
from shared.contracts.message import Event
from shared.contracts.sealed import CodeEmail, DueEmail, RequestsDigest
from shared.domain import reference
from shared.domain.errors import PermanentFailure
from shared.security.sealing import CannotOpen, Sealer, name_context

CONTENTS: dict[type[Event], type[CodeEmail | DueEmail | RequestsDigest]] = {
    CodeIssued: CodeEmail,
    DigestDue: RequestsDigest,
    EmailDue: DueEmail,
}


class Writer:
    """Writes emails from what their events bring, sealed for this mailer."""

    def __init__(self, emails: EmailRenderer, sealer: Sealer) -> None:
        self._emails = emails
        self._sealer = sealer

    def write(self, event: CodeIssued | DigestDue | EmailDue, kind: EmailKind) -> RenderedEmail:
        """Writes the email. Raises `PermanentFailure` if its content does not open."""
        context = name_context(event.sealed_as, "content", event.application_id)
        try:
            content = self._sealer.open(CONTENTS[type(event)], event.content, context)
        except CannotOpen as error:
            raise PermanentFailure(f"the email cannot be written: {error}") from None
        resend = event.resend if isinstance(event, EmailDue) else 0
        said: dict[str, object] = {**_flatten(content), "reference": reference.derive(event.application_id)}
        if isinstance(event, CodeIssued):
            said["expires_at"] = event.expires_at
        if isinstance(event, DigestDue):
            said["since"] = event.since
        return self._emails.write(
            kind, to=content.recipient, application_id=event.application_id, said=said, resend=resend
        )


def _flatten(content: CodeEmail | DueEmail | RequestsDigest) -> dict[str, object]:
    """What an email says by name; of a list, by ``importers.0.company_name``."""
    said: dict[str, object] = dict(vars(content))
    if isinstance(content, RequestsDigest):
        del said["importers"]
        said["requests"] = _count("request", content.requests, at_least=content.at_least)
        said["more_importers"] = _count_others(content)
        for place, line in enumerate(content.importers):
            said |= {f"importers.{place}.{name}": value for name, value in vars(line).items()}
            said[f"importers.{place}.requests"] = _count("request", line.requests, at_least=line.at_least)
    return said


def _count_others(content: RequestsDigest) -> str:
    """The importers that are not listed; empty if there are none."""
    if not content.more_importers:
        return "perhaps other importers" if content.importers_at_least else ""
    return _count("other importer", content.more_importers, at_least=content.importers_at_least)


def _count(noun: str, number: int, *, at_least: bool) -> str:
    counted = f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
    return f"at least {counted}" if at_least else counted
