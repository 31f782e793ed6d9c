"""How a command ends: its exit code, and one line on standard error where it could not do its work."""

import sys
from enum import IntEnum


class ExitCode(IntEnum):
    """The exit codes; 2, a wrong command line, is Typer's own."""

    DONE = 0
    INCOMPLETE = 1
    """Bad rows, a file that is no such table, nothing found; or a command that looks for trouble found some."""
    UNAVAILABLE = 3
    """A server is away or refuses, or a setting cannot work."""
    STOPPED = 4
    """A load would change more than it may: nothing was changed."""
    INTERRUPTED = 130
    """By Ctrl-C."""
    UNHEARD = 141
    """Whoever read standard output went away, as `head` does."""


class Unavailable(Exception):
    """A server is away or refuses. Its text is one line for a person."""


class NotFound(Exception):
    """The named thing does not exist. Its text is one line for a person."""


def complain(text: str) -> None:
    """Says on standard error what is wrong."""
    print(f"acectl: {text}", file=sys.stderr)  # noqa: T201  # this is a command
