"""`acectl database`: collections, indexes and users of the database."""

from services.console.command_line import options
from services.console.command_line.groups import make_group
from services.console.command_line.running import run
from services.console.output.exit_codes import ExitCode, complain
from services.console.output.printing import print_json
from services.console.servers.database import explain_database_errors
from shared.settings.console import DatabasePasswords, read_passwords
from shared.storage import database_admin
from shared.storage.privileges import PRIVILEGES

app = make_group()


@app.command()
def apply(json: options.JSON = False) -> None:
    """Make what is missing in the database: collections, indexes, the services' users and roles. Safe to repeat."""

    async def work(settings: DatabasePasswords) -> ExitCode:
        passwords = read_passwords(settings, "database", PRIVILEGES)
        with explain_database_errors():
            changes = await database_admin.administer(
                settings.need("mongodb_url"), settings.mongodb_database, passwords
            )
        if json:
            print_json(changes)
        else:
            print("\n".join(changes) or "nothing had to change")  # noqa: T201  # this is a command
        if missing := PRIVILEGES.keys() - passwords.keys():
            complain(
                f"warning: no ACE_DATABASE_PASSWORD_<SERVICE> is set for {', '.join(sorted(missing))}: "
                "their users and roles are left alone"
            )
        return ExitCode.DONE

    run(DatabasePasswords, work)
