"""How a command ends: its exit code, and one line on standard error if it failed."""

import sys
from enum import IntEnum


class ExitCode(IntEnum):
    """The exit codes, by one rule for all commands (docs/acectl.md). Typer itself uses 2 for a wrong command line."""

    DONE = 0
    """All that was asked for was done or shown. A list may be empty: that is an answer."""
    INCOMPLETE = 1
    """What was named is not there, or a part was left undone; or a check found something bad."""
    UNAVAILABLE = 3
    """What was asked for could not be done or shown: a server is away or refuses, or a setting cannot work."""
    STOPPED = 4
    """A load would change more than it may: nothing was changed."""
    INTERRUPTED = 130
    """Interrupted with Ctrl-C."""
    UNHEARD = 141
    """The reader of standard output went away, as `head` does."""


class Unavailable(Exception):
    """A server is away or refuses. The text is one line for a person."""


class NotFound(Exception):
    """The named thing does not exist. The text is one line for a person."""


def complain(text: str) -> None:
    """Prints on standard error what is wrong."""
    print(f"acectl: {text}", file=sys.stderr)  # noqa: T201  # this is a command
