"""acectl, the operators' command: one module of `commands/` for each command or group of commands."""

from typing import ClassVar

import typer

from services.console.command_line.groups import LazyGroup


class Acectl(LazyGroup):
    """All that acectl can do."""

    summaries: ClassVar[dict[str, str]] = {
        "queues": "Show every queue: what waits, since when, who takes it, what is tried again, and what is dead.",
        "top": "Show queues, applications and emails, live, until Ctrl-C. With --json a line a look.",
        "doctor": "Check broker, topology, permissions, database, keys, clocks, mail and settings. "
        "Exit 1 where something is bad.",
        "importers": "Importer records (CBP Form 5106).",
        "users": "Trade users of the ACE Portal.",
        "applications": "Applications and their history.",
        "dead": "Dead letters: messages that were parked because they can never be done, or not any more.",
        "audit": "What operators did to dead letters.",
        "topology": "Exchanges, queues, policies and users of the broker.",
        "database": "Indexes of the database.",
        "keys": "Keys.",
    }


app = typer.Typer(
    name="acectl",
    cls=Acectl,
    help="Operate the ACE Portal account application. Data goes to standard output, everything else to standard error.",
    epilog="Exit codes: 0 done; 1 bad rows, nothing found, or a problem found; 2 wrong command line; 3 a server is "
    "away or refuses, or a setting cannot work; 4 a load would change more than it may, so nothing was changed; "
    "130 interrupted with Ctrl-C; 141 the reader of standard output went away.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,  # its tracebacks show what variables hold
)


@app.callback()
def main() -> None:
    """Runs before every command, and has no options: Typer makes a group only where there is one."""


if __name__ == "__main__":
    app()
