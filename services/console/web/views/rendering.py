"""Turns templates into HTML."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from services.console.output.formatting import format_span, format_time
from services.console.web.views.navigation import NAVIGATION
from shared.web.assets import Assets
from shared.web.constant_folding import ConstantFolder

HERE = Path(__file__).parent


class Rendering:
    """The templates, and what they share: `parts.html` as `part`, and the filters below."""

    def __init__(self, assets: Assets) -> None:
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            auto_reload=False,  # a running process must not load a new version's templates
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.code_generator_class = ConstantFolder
        self._templates.filters.update(
            count=format_count, rate=format_rate, span=format_span, time=mark_time, age=mark_age, breakable=mark_breaks
        )
        self._templates.globals.update(asset=assets.make_url, navigation=NAVIGATION)
        self._templates.globals["part"] = self._templates.get_template("parts.html").module

    def render_page(self, template: str, **values: Any) -> str:
        """Renders a page."""
        return self._templates.get_template(template).render(**values)

    def render_blocks(self, template: str, names: Iterable[str], **values: Any) -> dict[str, str]:
        """Renders these blocks of a page alone, by name. They see only the values given, and what all share."""
        page = self._templates.get_template(template)
        context = page.new_context(values)
        return {name: "".join(page.blocks[name](context)).strip() for name in names}


def format_count(count: float | None) -> str:
    """A number with separators; a question mark for what is not known."""
    return "?" if count is None else f"{count:,.10g}"


def format_rate(rate: float | None) -> str:
    """Messages a second, with a decimal where it matters."""
    if rate is None:
        return "?"
    return f"{rate:,.0f}" if rate >= 10 or not rate else f"{rate:.1f}"


def mark_breaks(name: str) -> Markup:
    """A name of parts with dots between them, which may begin a new line after each."""
    return Markup(".<wbr>").join(name.split("."))


def mark_time(at: datetime | None) -> Markup | str:
    """A time in UTC to the second, as an element that says so to programs too."""
    return Markup('<time datetime="{}">{}</time>').format(at.isoformat(), format_time(at)) if at else "-"


def mark_age(at: datetime | None, now: datetime) -> Markup | str:
    """How long ago a time was; the time itself is in the title."""
    if at is None:
        return "-"
    age = format_span(now - at if now > at else timedelta(0))
    return Markup('<time datetime="{}" title="{}">{} ago</time>').format(at.isoformat(), format_time(at), age)
