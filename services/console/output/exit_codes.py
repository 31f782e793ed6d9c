"""How a command ends: its exit code, and one line on standard error where it could not do its work."""

import asyncio
import logging
import os
import sys
import warnings
from collections.abc import Callable, Coroutine
from enum import IntEnum
from typing import Any

import typer

from shared import settings as configuration
from shared.domain.errors import TransientFailure
from shared.settings import SettingError, Settings
from shared.storage.errors import DriverError

LOCAL_SYSTEM = "acectl.env"
"""Where `make run` writes, in its data directory, how its servers are reached."""


class Ending(IntEnum):
    """The exit codes; 2, a wrong command line, is Typer's own."""

    DONE = 0
    INCOMPLETE = 1
    """Bad rows, a file that is no such table, nothing found; or trouble found by who looks for it."""
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
    """What was named is not there. Its text is one line for a person."""


def complain(text: str) -> None:
    """Says on standard error what is wrong."""
    print(f"acectl: {text}", file=sys.stderr)  # noqa: T201  # this is a command


def run(work: Callable[[Settings], Coroutine[Any, Any, Ending]]) -> None:
    """Does a command's work, and ends the process with its exit code."""
    logging.basicConfig(handlers=[logging.NullHandler()])  # libraries log what is said here in one line
    warnings.showwarning = lambda message, *_, **__: complain(f"warning: {message}")
    try:
        settings = configuration.load(fallback=configuration.load().data_dir / LOCAL_SYSTEM)
        for name in configuration.unknown_names():
            complain(f"warning: {name} means nothing here, is it misspelt?")
        ending = asyncio.run(work(settings))
        sys.stdout.flush()
    except (SettingError, Unavailable) as error:
        complain(str(error))
        ending = Ending.UNAVAILABLE
    except NotFound as error:
        complain(str(error))
        ending = Ending.INCOMPLETE
    except TransientFailure as error:
        complain(f"{error}: what was done stays, try again later (ACE_MONGODB_URL)")
        ending = Ending.UNAVAILABLE
    except DriverError as error:
        complain(f"the database refuses: {_reason(error)} (ACE_MONGODB_URL)")
        ending = Ending.UNAVAILABLE
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is still to be written at the end
        ending = Ending.UNHEARD
    except KeyboardInterrupt:
        complain("interrupted: what was done stays")
        ending = Ending.INTERRUPTED
    raise typer.Exit(ending)


def _reason(error: DriverError) -> str:
    """The server's own name for it (``AuthenticationFailed``): its sentences may quote documents."""
    details = getattr(error, "details", None) or {}
    return str(details.get("codeName") or type(error).__name__)
