"""The emails' templates: each kind has a folder with `subject.txt`, `body.txt` and `body.html`.

A template is rendered once for all emails of one shape, with slots for what differs between them. The rules of
`email.css` are then written into its elements, and all lines without a slot are encoded. Names are escaped when they
fill a slot, so none can change a tag or a style.
"""

from binascii import b2a_qp
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from css_inline import CSSInliner
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from services.notifier.displayed_names import put_on_one_line
from services.notifier.paragraphs import Paragraphs
from services.notifier.slots import Slotted, has_slot, make_slot
from shared.contracts.email_kind import EmailKind
from shared.settings.processes import MailerSettings

TEMPLATES = Path(__file__).parent / "emails"

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
"""What HTML needs outside of attributes, where all slots are."""


def encode(text: str) -> bytes:
    """A text in quoted-printable, which no mail server changes (RFC 2045, 6.7)."""
    return b2a_qp(text.encode(), istext=True).replace(b"\n", b"\r\n")


class Page:
    """The HTML part, in quoted-printable."""

    def __init__(self, html: str) -> None:
        lines = groupby(html.rstrip("\n").split("\n"), has_slot)
        texts = ((has_slots, "\n".join(group)) for has_slots, group in lines)
        self._pieces = [Slotted(text) if has_slots else encode(text) for has_slots, text in texts]

    def fill(self, values: Mapping[str, str]) -> bytes:
        """The encoded part with these values."""
        escaped = {name: value.translate(_ESCAPES) for name, value in values.items()}
        pieces = (piece if isinstance(piece, bytes) else encode(piece.fill(escaped)) for piece in self._pieces)
        return b"\r\n".join((*pieces, b""))


class Template:
    """The subject and both parts of all emails of one shape."""

    def __init__(self, subject: str, text: str, html: str) -> None:
        self.subject = Slotted(" ".join(subject.split()))
        self.text = Paragraphs(text)
        self.html = Page(html)


class Templates:
    """The templates of every kind, with the settings that they name."""

    def __init__(self, settings: MailerSettings) -> None:
        self._environment = make_environment(settings)
        self._compiled: dict[tuple[str, ...], Template] = {}

    def find(self, kind: EmailKind, values: Mapping[str, str]) -> Template:
        """The template of an email that says these values. Its shape is which of them are empty, and the problem."""
        shape = (kind, values.get("problem", ""), *(name for name, value in values.items() if value))
        template = self._compiled.get(shape)
        if template is None:
            template = self._compiled[shape] = self._compile(kind, values)
        return template

    def _compile(self, kind: EmailKind, values: Mapping[str, str]) -> Template:
        slots = {name: make_slot(name) if value else "" for name, value in values.items()}
        said = {**slots, **group(slots), "problem": values.get("problem")}
        subject, text, html = (
            self._environment.get_template(f"{kind}/{file}").render(said)
            for file in ("subject.txt", "body.txt", "body.html")
        )
        return Template(subject, text, inline_styles(html))


def group(values: Mapping[str, str]) -> dict[str, list[Any]]:
    """The lists among values by name: ``spelled.0``, or ``importers.0.company_name`` where an item says several."""
    lists: dict[str, dict[str, Any]] = {"spelled": {}, "importers": {}}
    for name, value in values.items():
        where, _, place = name.partition(".")
        place, _, field = place.partition(".")
        if field:
            lists[where].setdefault(place, {})[field] = value
        elif place:
            lists[where][place] = value
    return {name: [*items.values()] for name, items in lists.items()}


def make_environment(settings: MailerSettings) -> Environment:
    """How the templates are read. HTML is always escaped."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"], default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=put_on_one_line,
        auto_reload=False,  # do not check the disk for changed templates
    )
    environment.globals["settings"] = settings
    return environment


def inline_styles(html: str) -> str:
    """Writes the rules of the style sheet into the elements, because many mail programs drop style sheets."""
    inliner = CSSInliner(
        keep_style_tags=True, remove_inlined_selectors=True, minify_css=True, load_remote_stylesheets=False
    )
    return inliner.inline(html)
