"""Turns templates and forms into HTML."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from services.gateway.forms.fields import Field
from services.gateway.forms.parsing import CHECKED
from services.gateway.views import wording
from services.gateway.views.country_options import PlaceOptions
from services.gateway.views.wording import Notice, Wording
from shared.contracts.problem import Problem
from shared.settings import addresses
from shared.settings.processes import GatewaySettings
from shared.settings.site import SiteSettings
from shared.web.assets import Assets
from shared.web.constant_folding import ConstantFolder

HERE = Path(__file__).parent

SITE = (*SiteSettings.model_fields, "code_lifetime")
"""Settings that pages show."""

FIELD_OF = {Problem.EMAIL_IN_USE: "email", Problem.CODE_WRONG: "code"}
"""Problems that belong to one field. Not importer-not-matched: that would say which of the two was wrong."""

FIELDS_ABOUT = {
    Problem.IMPORTER_NOT_MATCHED: ("company_name", "importer_number"),
    Problem.IMPORTER_ALREADY_LINKED: ("importer_number",),
    Problem.POC_EMAIL_MISSING: ("importer_number",),
    Problem.CONTACT_RECENTLY_CHANGED: ("importer_number",),
    Problem.POC_EMAIL_REFUSED: ("importer_number",),
}
"""The fields that other problems are about: the notice links to them, and none of them turns red."""

NUMBER = re.compile(r"[0-9A-Z*]+(?:-[0-9A-Z*]+)+")
"""A reference, a number or its format: ``ACE-XXXX-XXXX``, ``1-800-555-0100``, ``NNN-NN-NNNN``."""

TYPED, REFERENCE = "\0", "\1"
"""Stand for what was typed, and for a reference, in HTML that is kept. No page contains them otherwise."""

SENTENCE = re.compile(r"(?<=\.)\s")
"""The gap between two sentences."""


@dataclass(frozen=True)
class FieldView:
    """A field as a page shows it."""

    field: Field
    value: str
    error: str = ""
    problem: Problem = Problem.FIELD_INVALID
    rule: str = ""
    """The form's rule that it breaks. Empty if something other than the form judges the value."""

    @property
    def id(self) -> str:
        """The field's id on the page."""
        return self.field.name.replace("_", "-")

    @property
    def headline(self) -> str:
        """The error's first sentence: what is wrong. The summary at the top of the page shows it too."""
        return SENTENCE.split(self.error, maxsplit=1)[0]

    @property
    def mend(self) -> str:
        """The rest of the error: how to correct it."""
        return self.error.removeprefix(self.headline).lstrip()

    @property
    def hint(self) -> str:
        """The field's hint, unless the error says the same."""
        return "" if self.field.hint in self.error else self.field.hint


@dataclass(frozen=True)
class Form:
    """A page's fields, with what was typed and what is wrong. `notice` is a problem that belongs to none of them."""

    fields: tuple[FieldView, ...]
    notice: Notice | None = None

    @property
    def wrong(self) -> tuple[FieldView, ...]:
        """The fields with an error."""
        return tuple(shown for shown in self.fields if shown.error)

    @property
    def about(self) -> tuple[FieldView, ...]:
        """The fields that the notice is about."""
        names = FIELDS_ABOUT.get(self.notice.problem, ()) if self.notice else ()
        return tuple(shown for shown in self.fields if shown.field.name in names)

    def __getitem__(self, name: str) -> FieldView:
        return next(shown for shown in self.fields if shown.field.name == name)


class Rendering:
    """The templates, and what they share."""

    def __init__(self, settings: GatewaySettings, assets: Assets) -> None:
        self.wording = Wording(settings)
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            auto_reload=False,  # a running process must not load a new version's templates
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.code_generator_class = ConstantFolder
        self._templates.filters["whole"] = _keep_whole
        self._templates.globals.update(
            asset=assets.make_url,
            site=_read_site(settings),
            copied=self._render_text,
            field=self._render_field,
        )
        self._fields: dict[tuple[str, str], str] = {}
        self._texts: dict[tuple[str, bool, bool], str] = {}
        lists = self._templates.get_template("country_options.html").render(options=PlaceOptions.load())
        self._templates.globals["country_options"] = Markup(lists)  # noqa: S704  # escaped when rendered, once for all pages

    def render_page(self, template: str, **context: Any) -> str:
        """Renders a page."""
        return self._templates.get_template(template).render(**context)

    def render_macro(self, name: str, *arguments: Any) -> str:
        """Renders a part of a page, by its name in `parts.html`."""
        return str(getattr(self._templates.get_template("parts.html").module, name)(*arguments))

    def _render_field(self, shown: FieldView) -> Markup:
        """Renders a field. Without an error, only what was typed or chosen can differ."""
        field, value = shown.field, shown.value
        if shown.error or field.kind == "challenge":
            return Markup(self.render_macro("field", shown))  # noqa: S704  # a macro's output
        choice = TYPED if field.kind == "text" else value if value in (*field.options, CHECKED) else ""
        html = self._fields.get((field.name, choice))
        if html is None:
            html = self._fields[field.name, choice] = self.render_macro("field", FieldView(field, choice))
        return Markup(html.replace(TYPED, escape(value)))  # noqa: S704  # escaped right here

    def _render_text(self, name: str, company: str = "", reference: str = "") -> Markup:
        """Renders a text to copy. Only the company and the reference can differ."""
        key = name, bool(company), bool(reference)
        html = self._texts.get(key)
        if html is None:
            text = self.wording.compose_text(name, company and TYPED, reference and REFERENCE)
            html = self._texts[key] = self.render_macro("text_to_copy", text)
        for mark, value in ((REFERENCE, reference), (TYPED, company)):  # last what may contain anything
            html = html.replace(quote(mark), quote(value)).replace(mark, escape(value))
        return Markup(html)  # noqa: S704  # escaped right here

    def render_form(
        self,
        fields: Sequence[Field],
        typed: Mapping[str, str],
        *,
        rules: Mapping[str, str],
        notice: Notice | None,
    ) -> Form:
        """Builds a form that shows each broken rule, and the problem if possible, at its field."""
        errors = {name: (_name_problem(name, rule), wording.describe_rule(name, rule)) for name, rule in rules.items()}
        names = {field.name for field in fields}
        if notice and FIELD_OF.get(notice.problem) in names:
            errors[FIELD_OF[notice.problem]] = (notice.problem, notice.paragraph)
            notice = None
        shown = []
        for field in fields:
            problem, error = errors.get(field.name, (Problem.FIELD_INVALID, ""))
            rule = rules.get(field.name, "") if field.kind != "challenge" else ""
            shown.append(FieldView(field, typed.get(field.name, ""), error, problem, rule))
        return Form(tuple(shown), notice)


def _read_site(settings: GatewaySettings) -> dict[str, str | int | None]:
    """What pages show of the settings, as plain values."""
    values = {name: getattr(settings, name) for name in SITE}
    site = {name: value if isinstance(value, int | None) else str(value) for name, value in values.items()}
    return site | {"sender": addresses.split_mailbox(settings.mail_from)[1]}


def _name_problem(name: str, rule: str) -> Problem:
    """The problem of a broken rule. A malformed code is a wrong code, though it costs no try."""
    return Problem.CODE_WRONG if name == "code" and rule != "missing" else Problem.FIELD_INVALID


def _keep_whole(text: str) -> Markup:
    """Keeps each number in the text on one line (a broken one reads like two) and out of translations."""
    return Markup(NUMBER.sub(r'<span class="whole" translate="no">\g<0></span>', str(escape(text))))  # noqa: S704  # escaped right here
