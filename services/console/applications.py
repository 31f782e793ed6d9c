"""`acectl applications`: what happened to an application."""

from typing import Annotated
from uuid import UUID

import typer

from services.console import case, printing
from services.console.ending import Ending, complain, run
from services.console.records import Records, opened
from shared.domain import reference
from shared.domain.application import Application
from shared.domain.invalid import Invalid
from shared.domain.state import State
from shared.settings import Settings

app = typer.Typer(help="Applications and their history.", no_args_is_help=True)

JSON = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def show(
    name: Annotated[str, typer.Argument(metavar="REFERENCE|ID", help="ACE-XXXX-XXXX, or the application's id.")],
    json: JSON = False,
) -> None:
    """Show everything about an application, personal data masked."""

    async def work(settings: Settings) -> Ending:
        async with opened(settings) as records:
            found = await _named(records, name)
            if not found:
                complain("there is no such application")
                return Ending.INCOMPLETE
            for application in found:
                if json:
                    printing.as_json(case.of(application, records.storage))
                else:
                    case.show(case.of(application, records.storage))
            return Ending.DONE

    run(work)


@app.command("list")
def list_(
    state: Annotated[State | None, typer.Option(help="Only those in this state.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
    json: JSON = False,
) -> None:
    """List applications, the latest first."""

    async def work(settings: Settings) -> Ending:
        async with opened(settings) as records:
            found = [case.line(application) async for application in records.database.applications.latest(limit, state)]
        if json:
            printing.as_json(found)
        elif found:
            printing.table([*found[0]], [[case.shown(value) or "-" for value in line.values()] for line in found])
        return Ending.DONE

    run(work)


async def _named(records: Records, name: str) -> list[Application]:
    """The applications with this id or reference. Raises `BadParameter` where it is neither."""
    try:
        found = await records.database.applications.load(UUID(name))
    except ValueError:
        pass
    else:
        return [found] if found else []
    try:
        return await records.database.applications.with_reference(reference.parse(name))
    except Invalid:
        raise typer.BadParameter("neither a reference (ACE-XXXX-XXXX) nor an application's id") from None
