"""Letters: a folder a kind with `subject.txt`, `body.txt` and `body.html`, filled in and made into an email.

What they look like stands in `letter.css`, whose rules are written into the elements of each letter once its names are
escaped. That takes 0.3 ms of the 2.5 ms that a letter takes.
"""

import re
import textwrap
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime, getaddresses
from pathlib import Path
from uuid import UUID, uuid5

from css_inline import CSSInliner
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from services.notifier.names import on_one_line, unlinked
from shared import clock
from shared.domain import verification_code
from shared.domain.letter import LetterKind
from shared.settings import Settings

TEMPLATES = Path(__file__).parent / "letters"

COLUMNS = 76
"""How wide the text part is; only what has no blank in it (an address) is ever wider."""


class Subject(str):
    """A subject that folds itself, by the older `email.header`, whoever sends it.

    The newer code starts some subjects with an empty line, and loses blanks between encoded words (Python 3.11).
    """

    name = "Subject"

    def fold(self, *, policy: Policy) -> str:
        """The header in lines, in encoded words (RFC 2047) where it is not ASCII."""
        header = Header(self, "us-ascii" if self.isascii() else "utf-8", maxlinelen=COLUMNS, header_name=self.name)
        return f"{self.name}: {header.encode(linesep=policy.linesep)}{policy.linesep}"


@dataclass(frozen=True)
class Letter:
    """A letter, ready to be handed over."""

    kind: LetterKind
    message: EmailMessage


def message_id(kind: LetterKind, application_id: UUID, domain: str) -> str:
    """A letter's Message-ID: the same each time that it is handed over."""
    return f"<{uuid5(application_id, f'letter {kind}')}@{domain}>"


def eastern(time: datetime) -> str:
    """A time as the letters say it: ``3:07 PM Eastern time on November 22, 2026``."""
    return f"{clock.time_of_day(time)} on {clock.day(time)}"


def wrapped(text: str) -> str:
    """The text with its paragraphs filled to `COLUMNS`; a line that starts with ``- `` or ``1. `` is a list's item."""
    paragraphs = (re.split(r"\n(?=- |\d+\. )", paragraph) for paragraph in re.split(r"\n\s*\n", text.strip()))
    return "\n\n".join("\n".join(_item(item) for item in items) for items in paragraphs) + "\n"


def _item(text: str) -> str:
    sign = re.match(r"- |\d+\. |", text)
    indent = " " * (len(sign[0]) if sign else 0)
    line = " ".join(text.split())
    return textwrap.fill(line, COLUMNS, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


class Letters:
    """Writes letters from their templates. HTML is escaped, always."""

    def __init__(self, settings: Settings) -> None:
        self._from = SMTP.header_factory("From", settings.mail_from)  # parsed once: it takes as long as the inlining
        self._reply_to = SMTP.header_factory("Reply-To", settings.mail_reply_to)
        self._domain = getaddresses([settings.mail_from])[0][1].partition("@")[2] or "localhost"
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=select_autoescape(["html"], default_for_string=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            finalize=on_one_line,
            auto_reload=False,  # no letter asks the disk whether its template has changed
        )
        self._environment.filters["eastern"] = eastern
        self._environment.filters["unlinked"] = unlinked
        self._environment.filters["spelled"] = verification_code.spelled
        self._environment.globals["settings"] = settings
        self._inliner = CSSInliner(
            keep_style_tags=True, remove_inlined_selectors=True, minify_css=True, load_remote_stylesheets=False
        )

    def write(self, kind: LetterKind, *, to: str, application_id: UUID, said: dict[str, object]) -> Letter:
        """The letter of this kind, saying this, to this address."""
        message = EmailMessage(policy=SMTP)
        message["From"] = self._from
        message["To"] = to
        message["Reply-To"] = self._reply_to
        message["Subject"] = Subject(" ".join(self._filled(f"{kind}/subject.txt", said).split()))
        message["Date"] = format_datetime(clock.now())
        message["Message-ID"] = message_id(kind, application_id, self._domain)
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "OOF, AutoReply"  # the same, for Exchange
        text = wrapped(self._filled(f"{kind}/body.txt", said))
        html = self._inliner.inline(self._filled(f"{kind}/body.html", said))
        message.set_content(text, cte="7bit" if text.isascii() else "quoted-printable")  # what any mail server takes
        message.add_alternative(html, subtype="html", cte="quoted-printable")
        message["Content-Language"] = "en-US"  # last: setting the content drops what described another
        return Letter(kind, message)

    def _filled(self, name: str, said: dict[str, object]) -> str:
        return self._environment.get_template(name).render(said)
