"""acectl, the operators' command: a module of `commands/` for each command or group of commands."""

import gc
import sys

import typer

from services.console.command_line.groups import Acectl
from services.console.output import deadline, patient_output
from services.console.output.exit_codes import ExitCode

GARBAGE = 100_000
"""Objects to make before Python looks for garbage. By default it looks so often that modules load a third slower."""

gc.set_threshold(GARBAGE)

sys.modules["pymongo.pyopenssl_context"] = None  # type: ignore[assignment]
"""Saves a tenth of a list: PyMongo would load all about certificates, only to find that PyOpenSSL is not installed."""

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


def run_process() -> None:
    """Runs acectl as a process of its own, which a deadline may end."""
    deadline.arm()
    patient_output.wait_for_readers()
    try:
        try:
            app()
        finally:
            sys.stdout.flush()
    except patient_output.ReaderLeft:
        sys.exit(ExitCode.UNHEARD)


if __name__ == "__main__":
    run_process()
