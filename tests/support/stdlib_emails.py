"""The same emails as the notifier's, written whole by the template engine and the standard library: slow, and plain."""

import re
import textwrap
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8

from services.notifier.headers import COLUMNS
from services.notifier.rendering import display
from services.notifier.templates import group, inline_styles, make_environment
from shared.contracts.email_kind import EmailKind
from tests.support.written_emails import SETTINGS

ENVIRONMENT = make_environment(SETTINGS)


def render(kind: EmailKind, said: dict[str, object]) -> tuple[str, str, str]:
    """Subject, text and HTML."""
    shown: dict[str, object] = {**display(said), "problem": said.get("problem")}
    shown |= group(display(said))
    subject, text, html = (
        ENVIRONMENT.get_template(f"{kind}/{file}").render(shown) for file in ("subject.txt", "body.txt", "body.html")
    )
    return " ".join(subject.split()), wrap(text), inline_styles(html)


def write(kind: EmailKind, to: str, said: dict[str, object]) -> bytes:
    """The email, without date and Message-ID."""
    subject, text, html = render(kind, said)
    message = EmailMessage(policy=SMTP if to.isascii() else SMTPUTF8)
    message["From"] = SETTINGS.mail_from
    message["To"] = to
    message["Reply-To"] = SETTINGS.mail_reply_to
    message["Subject"] = subject
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    message.set_content(text, cte="7bit" if text.isascii() else "quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    message["Content-Language"] = "en-US"
    return message.as_bytes()


def wrap(text: str) -> str:
    """Wraps the text's paragraphs. A line that starts with ``- `` or ``1. `` is a list item."""
    paragraphs = (re.split(r"\n(?=- |\d+\. )", paragraph) for paragraph in re.split(r"\n\s*\n", text.strip()))
    return "\n\n".join("\n".join(map(_wrap_item, items)) for items in paragraphs) + "\n"


def _wrap_item(text: str) -> str:
    sign = re.match(r"- |\d+\. |", text)
    indent = " " * (len(sign[0]) if sign else 0)
    line = " ".join(text.split())
    return textwrap.fill(line, COLUMNS, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
