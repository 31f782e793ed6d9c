"""Draws the health line for a person, and writes it as JSON."""

from typing import Any

from rich.console import RenderableType
from rich.text import Text

from services.console.checks.verdict import Verdict
from services.console.health.judge import Health
from services.console.output import printing

STYLES = {Verdict.OK: "green", Verdict.WARN: "yellow", Verdict.BAD: "bold red", None: "yellow"}


def draw_health(health: Health) -> list[RenderableType]:
    """One line about everything, and below it what needs somebody."""
    verdict = health.verdict
    head = Text(f"{verdict.upper():<4}  ", style=STYLES[verdict])
    shown: list[RenderableType] = [*printing.make_paragraph(health.line, head=head)]
    is_dark = any(part.name == "broker" and part.verdict is Verdict.BAD for part in health.parts)
    for part in health.wrong:
        if part.verdict is None and is_dark:
            continue  # because of the broker, which comes first
        mark = "! " if part.verdict is Verdict.BAD else "  "
        shown += printing.make_paragraph(part.says, head=Text.assemble(mark, (part.name, STYLES[part.verdict]), ": "))
        if part.to_do and part.verdict is not None:
            shown += printing.make_paragraph(f"do: {part.to_do}", style="dim", indent=4)
    return shown


def as_dict(health: Health) -> dict[str, Any]:
    """The health line as JSON."""
    parts = [vars(part) | {"verdict": part.verdict or "unknown"} for part in health.parts]
    return {"verdict": health.verdict, "line": health.line, "parts": parts}
