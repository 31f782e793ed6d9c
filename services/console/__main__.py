"""acectl, the operators' command: one module a group of commands."""

import typer

from services.console.commands import (
    applications,
    audit,
    database,
    dead,
    doctor,
    importers,
    keys,
    queues,
    top,
    topology,
    users,
)

app = typer.Typer(
    name="acectl",
    help="Operate the ACE Portal account application. Data goes to standard output, everything else to standard error.",
    epilog="Exit codes: 0 done; 1 bad rows, nothing found, or trouble found; 2 wrong command line; 3 a server is away "
    "or refuses, or a setting cannot work; 4 a load would change more than it may, so nothing was changed.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # its tracebacks show what variables hold
)
app.command("queues")(queues.queues)
app.command("top")(top.top)
app.command("doctor")(doctor.doctor)
app.add_typer(importers.app, name="importers")
app.add_typer(users.app, name="users")
app.add_typer(applications.app, name="applications")
app.add_typer(dead.app, name="dead")
app.add_typer(audit.app, name="audit")
app.add_typer(topology.app, name="topology")
app.add_typer(database.app, name="database")
app.add_typer(keys.app, name="keys")


def main() -> None:
    """Runs acectl."""
    app()


if __name__ == "__main__":
    main()
