"""Writes emails as bytes from compiled templates. Only what differs from email to email is put together here.

What the standard library would write, a few times faster. `benchmarks/emails.py` says how much.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from uuid import UUID, uuid5

from services.notifier.displayed_names import break_links, put_on_one_line
from services.notifier.headers import LONGEST_LINE, reads_back, write_mailbox, write_subject
from services.notifier.templates import Templates, encode
from shared import clock
from shared.contracts.email_kind import EmailKind
from shared.domain.errors import PermanentFailure
from shared.domain.form import verification_code
from shared.settings import addresses
from shared.settings.processes import MailerSettings

STATIC_FIELDS = (
    "Auto-Submitted: auto-generated",
    "X-Auto-Response-Suppress: OOF, AutoReply",  # the same, for Exchange
    "Content-Language: en-US",
    "MIME-Version: 1.0",
)

BOUNDARY = "=_"
"""Begins the line between the parts. Quoted-printable never has these two letters together (RFC 2045, 6.7)."""


@dataclass(frozen=True)
class RenderedEmail:
    """An email, ready to hand over. The recipient of its envelope is the accepted address."""

    kind: EmailKind
    sender: str
    recipient: str
    content: bytes
    utf8: bool
    """Whether an address in it needs a mail server that accepts more than ASCII (RFC 6531)."""


def make_message_id(kind: EmailKind, application_id: UUID, domain: str, resend: int) -> str:
    """An email's Message-ID: the same at every attempt, and another for each resend."""
    name = f"email {kind} {resend}" if resend else f"email {kind}"
    return f"<{uuid5(application_id, name)}@{domain}>"


def format_time(time: datetime) -> str:
    """A time as emails show it: ``3:07 PM Eastern time (20:07 UTC) on November 22, 2026``."""
    return f"{clock.format_time(time)} on {clock.format_day(time)}"


def display(said: Mapping[str, object]) -> dict[str, str]:
    """What an email says, as it shows it: on one line, times in words, the code also spelled, no links in names."""
    shown = {name: "" if value is None else str(put_on_one_line(value)) for name, value in said.items()}
    if "owner_name" in shown:
        shown["owner_name"] = break_links(shown["owner_name"])
    if isinstance(expires_at := said.get("expires_at"), datetime):
        shown["expires_at"] = format_time(expires_at)
    if isinstance(since := said.get("since"), datetime):
        shown["day"] = clock.format_day(since)
    if code := shown.get("code"):
        shown |= {f"spelled.{place}": symbol for place, symbol in enumerate(verification_code.spell(code))}
    return shown


class EmailRenderer:
    """Writes emails from their templates."""

    def __init__(self, settings: MailerSettings) -> None:
        sender_name, self._sender = addresses.split_mailbox(settings.mail_from)
        reply_name, reply_to = addresses.split_mailbox(settings.mail_reply_to)
        self._from = write_mailbox("From", self._sender, sender_name)
        self._reply_to = write_mailbox("Reply-To", reply_to, reply_name)
        self._domain = self._sender.partition("@")[2]
        self._is_ascii = (self._sender + reply_to).isascii()
        self._templates = Templates(settings)

    def write(
        self, kind: EmailKind, *, to: str, application_id: UUID, said: Mapping[str, object], resend: int = 0
    ) -> RenderedEmail:
        """Writes the email of this kind, saying this, to this accepted address.

        Raises:
            PermanentFailure: its header does not parse back to the address.

        """
        if not reads_back(to):
            raise PermanentFailure("a bug in this service: the email's header does not name the accepted address")
        values = display(said)
        template = self._templates.find(kind, values)
        boundary = BOUNDARY + application_id.hex
        fields = (
            *(self._from, write_mailbox("To", to), self._reply_to, write_subject(template.subject.fill(values))),
            f"Date: {format_datetime(clock.now())}",
            f"Message-ID: {make_message_id(kind, application_id, self._domain, resend)}",
            *STATIC_FIELDS,
            f'Content-Type: multipart/alternative; boundary="{boundary}"',
        )
        separator = f"\r\n--{boundary}".encode()
        parts = (
            _write_text(template.text.fill(values)),
            _write_part("html", "quoted-printable", template.html.fill(values)),
        )
        content = separator.join(("\r\n".join(fields).encode() + b"\r\n", *parts, b"--\r\n"))
        return RenderedEmail(kind, self._sender, to, content, utf8=not (self._is_ascii and to.isascii()))


def _write_text(text: str) -> bytes:
    """The text part, which any mail server accepts as it is if it is plain ASCII in lines of bounded length."""
    is_plain = text.isascii() and BOUNDARY not in text and max(map(len, text.split("\n"))) <= LONGEST_LINE
    if is_plain:
        return _write_part("plain", "7bit", text.replace("\n", "\r\n").encode())
    return _write_part("plain", "quoted-printable", encode(text))


def _write_part(subtype: str, encoding: str, content: bytes) -> bytes:
    fields = f'\r\nContent-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n'
    return fields.encode() + content
