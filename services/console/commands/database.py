"""`acectl database`: what the database needs before anything runs."""

from services.console.command_line.groups import make_group
from services.console.command_line.running import run
from services.console.output.exit_codes import ExitCode
from services.console.servers.database import open_database
from shared.settings.console import RecordSettings

app = make_group()


@app.command()
def apply() -> None:
    """Make the indexes that are missing. Safe to repeat."""

    async def work(settings: RecordSettings) -> ExitCode:
        async with open_database(settings) as database:
            await database.collections.ensure_indexes()
        return ExitCode.DONE

    run(RecordSettings, work)
