"""`acectl audit`: what operators did to dead letters and emails."""

from typing import Annotated

import typer

from services.console.applications.lookup import find_id
from services.console.command_line import options
from services.console.command_line.groups import make_group
from services.console.command_line.running import run
from services.console.dead_letters.audit_log import describe_entry
from services.console.output import printing
from services.console.output.exit_codes import ExitCode, complain
from services.console.output.formatting import format_time
from services.console.servers.database import open_database
from shared.settings.console import RecordSettings

app = make_group()


@app.command("list")
def list_entries(
    message: Annotated[str | None, typer.Option(help="Only about this message.", metavar="ID")] = None,
    about: options.About = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.", metavar="N")] = 50,
    json: options.JSON = False,
) -> None:
    """List what was sent back, sent again and thrown away, the latest first."""

    async def work(settings: RecordSettings) -> ExitCode:
        async with open_database(settings) as database:
            application = await find_id(database, about) if about else None
            latest = database.collections.audit.list_latest(limit, message_id=message, application=application)
            found = [describe_entry(entry) async for entry in latest]
        if json:
            printing.print_json(found)
        else:
            for line in found:
                head = f"{format_time(line['at'])}  {line['who']}  {line['action']}  {line['queue']}"
                printing.print_paragraph(head, "bold")
                printing.print_paragraph(f"{line['message_id']}  {line['reference'] or ''}", indent=4)
                printing.print_paragraph(line["cause"], indent=4)
                if line["why"]:
                    printing.print_paragraph(f"why: {line['why']}", indent=4)
        if not found:
            complain("nothing was done to such a message")
        return ExitCode.DONE if found else ExitCode.INCOMPLETE

    run(RecordSettings, work)
