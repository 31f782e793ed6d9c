"""Runs a command's work and ends the process with its exit code."""

import asyncio
import logging
import sys
import warnings
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import typer

from services.console.output.deadline import Deadline
from services.console.output.exit_codes import ExitCode, NotFound, Unavailable, complain
from services.console.output.patient_output import ReaderLeft
from shared.settings import loading
from shared.settings.groups import LOCAL_SYSTEM, DataFolder, ProcessSettings, SettingError

P = TypeVar("P", bound=ProcessSettings)


def run(
    reads: type[P],
    work: Callable[[P], Coroutine[Any, Any, ExitCode]],
    load: Callable[[type[P], Path], P] = loading.load,
) -> None:
    """Runs a command's work and ends the process with its exit code."""
    logging.basicConfig(handlers=[logging.NullHandler()])  # what libraries log is reported here in one line
    warnings.showwarning = lambda message, *_, **__: complain(f"warning: {message}")
    with Deadline().watch() as deadline:
        code = _run_to_its_end(reads, work, load, deadline)
        deadline.settle(code)
    raise typer.Exit(code)


def _run_to_its_end(
    reads: type[P],
    work: Callable[[P], Coroutine[Any, Any, ExitCode]],
    load: Callable[[type[P], Path], P],
    deadline: Deadline,
) -> ExitCode:
    async def work_and_settle(settings: P) -> ExitCode:
        code = await work(settings)
        deadline.settle(code)
        return code

    try:
        settings = load(reads, loading.read(DataFolder).data_dir / LOCAL_SYSTEM)
        for warning in loading.describe_unknown_names(reads):
            complain(f"warning: {warning}")
        code = asyncio.run(work_and_settle(settings))
        sys.stdout.flush()
    except (SettingError, Unavailable) as error:
        for line in str(error).splitlines():
            complain(line)
        return ExitCode.UNAVAILABLE
    except NotFound as error:
        complain(str(error))
        return ExitCode.INCOMPLETE
    except ReaderLeft:
        return ExitCode.UNHEARD
    except KeyboardInterrupt:
        complain("interrupted: what was done stays")
        return ExitCode.INTERRUPTED
    return code
