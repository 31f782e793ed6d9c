"""Turns templates and forms into HTML."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from services.gateway.forms.fields import Field
from services.gateway.views import wording
from services.gateway.views.assets import Assets
from services.gateway.views.country_options import PlaceOptions
from services.gateway.views.wording import Notice, Wording
from shared.contracts.problem import Problem
from shared.settings import addresses
from shared.settings.processes import GatewaySettings
from shared.settings.site import SiteSettings

HERE = Path(__file__).parent

SITE = (*SiteSettings.model_fields, "code_lifetime")
"""Settings that pages show."""

FIELD_OF = {Problem.EMAIL_IN_USE: "email", Problem.CODE_WRONG: "code"}
"""Problems that belong to one field. Never the two of importer-not-matched: that would say which one was wrong."""

FIELDS_ABOUT = {
    Problem.IMPORTER_NOT_MATCHED: ("company_name", "importer_number"),
    Problem.IMPORTER_ALREADY_LINKED: ("importer_number",),
    Problem.POC_EMAIL_MISSING: ("importer_number",),
    Problem.POC_EMAIL_REFUSED: ("importer_number",),
    Problem.TOO_MANY_REQUESTS: ("importer_number",),
}
"""The fields that a problem without a field of its own is about: its text leads to them, and none of them turns red."""

NUMBER = re.compile(r"[0-9A-Z*]+(?:-[0-9A-Z*]+)+")
"""A reference, a number or its format: ``ACE-XXXX-XXXX``, ``1-800-555-0100``, ``NNN-NN-NNNN``."""

SENTENCE = re.compile(r"(?<=\.)\s")
"""Where one ends and the next begins."""


@dataclass(frozen=True)
class FieldView:
    """A field as a page shows it."""

    field: Field
    value: str
    error: str = ""
    problem: Problem = Problem.FIELD_INVALID
    rule: str = ""
    """The rule of the form that it breaks. Unset where others than the form judge the value."""

    @property
    def id(self) -> str:
        """What the field is called on the page."""
        return self.field.name.replace("_", "-")

    @property
    def headline(self) -> str:
        """The error's first sentence: what is wrong. The list at the top of the page has it too."""
        return SENTENCE.split(self.error, maxsplit=1)[0]

    @property
    def mend(self) -> str:
        """The rest of the error: how to mend it."""
        return self.error.removeprefix(self.headline).lstrip()

    @property
    def hint(self) -> str:
        """The field's hint, unless the error says the same."""
        return "" if self.field.hint in self.error else self.field.hint


@dataclass(frozen=True)
class Form:
    """The fields of a page with what was typed and what is wrong; `notice` is what belongs to no field of it."""

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
    """The templates, and what all of them know."""

    def __init__(self, settings: GatewaySettings, assets: Assets) -> None:
        self.wording = Wording(settings)
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            auto_reload=False,  # a new version's templates, put beside a process that runs yet, are not for it
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters["whole"] = _keep_whole
        self._templates.globals.update(
            asset=assets.url,
            site={name: getattr(settings, name) for name in SITE} | {"sender": addresses.parted(settings.mail_from)[1]},
            to_copy=self.wording.compose_text,
        )
        lists = self._templates.get_template("country_options.html").render(options=PlaceOptions.load())
        self._templates.globals["country_options"] = Markup(lists)  # noqa: S704  # escaped when it was rendered, once for all

    def page(self, template: str, **context: Any) -> str:
        """A page's HTML."""
        return self._templates.get_template(template).render(**context)

    def macro(self, name: str, *arguments: Any) -> str:
        """A piece of a page, by its name in `parts.html`."""
        return str(getattr(self._templates.get_template("parts.html").module, name)(*arguments))

    def form(
        self,
        fields: Sequence[Field],
        typed: Mapping[str, str],
        *,
        rules: Mapping[str, str],
        notice: Notice | None,
    ) -> Form:
        """A form with broken rules, and a problem, at the fields they belong to."""
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


def _name_problem(name: str, rule: str) -> Problem:
    """A code that cannot be one is a wrong code, though it costs no try."""
    return Problem.CODE_WRONG if name == "code" and rule != "missing" else Problem.FIELD_INVALID


def _keep_whole(text: str) -> Markup:
    """The text with each number kept on one line (broken at a dash it reads like two) and from translators."""
    return Markup(NUMBER.sub(r'<span class="whole" translate="no">\g<0></span>', str(escape(text))))  # noqa: S704  # escaped just here
