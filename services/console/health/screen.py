"""Draws the health line for a person, and writes it as JSON."""

from typing import Any

from rich.console import RenderableType
from rich.text import Text

from services.console.checks.verdict import Verdict
from services.console.health.judge import Health, Part

STYLES = {Verdict.OK: "green", Verdict.WARN: "yellow", Verdict.BAD: "bold red", None: "yellow"}


def draw_health(health: Health) -> list[RenderableType]:
    """One line about everything, and below it what needs somebody."""
    verdict = health.verdict
    shown: list[RenderableType] = [Text.assemble((f"{verdict.upper()}  ", STYLES[verdict]), health.line)]
    is_dark = any(part.name == "broker" and part.verdict is Verdict.BAD for part in health.parts)
    for part in health.wrong:
        if part.verdict is None and is_dark:
            continue  # because of the broker, which comes first
        shown.append(_draw_part(part))
        if part.to_do and part.verdict is not None:
            shown.append(Text(f"    do: {part.to_do}", style="dim"))
    return shown


def _draw_part(part: Part) -> Text:
    return Text.assemble(
        ("! " if part.verdict is Verdict.BAD else "  ", ""), (part.name, STYLES[part.verdict]), f": {part.says}"
    )


def as_dict(health: Health) -> dict[str, Any]:
    """The health line as JSON."""
    parts = [vars(part) | {"verdict": part.verdict or "unknown"} for part in health.parts]
    return {"verdict": health.verdict, "line": health.line, "parts": parts}
