"""`acectl audit`: what operators did to dead letters."""

import json as json_
import sys
from dataclasses import asdict
from typing import Annotated, Any

import typer

from services.console.commands import options
from services.console.output import printing
from services.console.output.exit_codes import Ending, complain, run
from services.console.servers.database import opened
from shared.domain import reference
from shared.settings import Settings
from shared.storage.audit import Deed

app = typer.Typer(help="What operators did to dead letters.", no_args_is_help=True)

COLUMNS = ("at", "who", "action", "queue", "message_id", "reference", "cause", "why")


@app.callback()
def group() -> None:
    """What operators did to dead letters: who, when, what, why."""


@app.command("list")
def list_(
    message: Annotated[str | None, typer.Option(help="Only about this message.", metavar="ID")] = None,
    about: options.About = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
    json: options.JSON = False,
) -> None:
    """List what was sent back and thrown away, the latest first."""

    async def work(settings: Settings) -> Ending:
        async with opened(settings) as records:
            application = await options.application_id(records, about)
            latest = records.database.audit.latest(limit, message_id=message, application=application)
            found = [_line(deed) async for deed in latest]
        if json:
            printing.as_json(found)
        elif not printing.is_screen():
            printing.table(COLUMNS, [[_shown(line[name]) for name in COLUMNS] for line in found])
        else:
            for line in found:
                head = f"{printing.when(line['at'])}  {line['who']}  {line['action']}  {line['queue']}"
                printing.paragraph(head, "bold")
                printing.paragraph(f"{line['message_id']}  {line['reference'] or ''}", indent=4)
                printing.paragraph(line["cause"], indent=4)
                if line["why"]:
                    printing.paragraph(f"why: {line['why']}", indent=4)
        if not found:
            complain("nothing was done to such a message")
        return Ending.DONE if found else Ending.INCOMPLETE

    run(work)


def tell(deed: Deed) -> None:
    """Says a deed on standard error, as a line of a log; a person at a screen is told the sum instead."""
    if sys.stderr.isatty():
        return
    line = {"service": "acectl", "event": f"dead letter: {deed.action}", "level": "warning", **_line(deed)}
    print(json_.dumps(line, default=str), file=sys.stderr)  # noqa: T201  # this is a command


def _line(deed: Deed) -> dict[str, Any]:
    return {**asdict(deed), "reference": reference.of(deed.application) if deed.application else None}


def _shown(value: Any) -> str:
    if value is None:
        return "-"
    return printing.when(value) if hasattr(value, "tzinfo") else str(value)
