"""Runs a command's work and ends the process with its exit code."""

import asyncio
import logging
import os
import sys
import warnings
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import typer

from services.console.output.exit_codes import ExitCode, NotFound, Unavailable, complain
from shared.settings import loading
from shared.settings.groups import DataFolder, ProcessSettings, SettingError

LOCAL_SYSTEM = "acectl.env"
"""Where `make run` writes, in its data directory, how its servers are reached."""


P = TypeVar("P", bound=ProcessSettings)


def run(
    reads: type[P],
    work: Callable[[P], Coroutine[Any, Any, ExitCode]],
    load: Callable[[type[P], Path], P] = loading.load,
) -> None:
    """Runs a command's work and ends the process with its exit code."""
    logging.basicConfig(handlers=[logging.NullHandler()])  # what libraries log is reported here in one line
    warnings.showwarning = lambda message, *_, **__: complain(f"warning: {message}")
    try:
        settings = load(reads, loading.read(DataFolder).data_dir / LOCAL_SYSTEM)
        for warning in loading.describe_unknown_names(reads):
            complain(f"warning: {warning}")
        code = asyncio.run(work(settings))
        sys.stdout.flush()
    except (SettingError, Unavailable) as error:
        for line in str(error).splitlines():
            complain(line)
        code = ExitCode.UNAVAILABLE
    except NotFound as error:
        complain(str(error))
        code = ExitCode.INCOMPLETE
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for what Python flushes at exit
        code = ExitCode.UNHEARD
    except KeyboardInterrupt:
        complain("interrupted: what was done stays")
        code = ExitCode.INTERRUPTED
    raise typer.Exit(code)
