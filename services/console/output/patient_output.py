"""Standard output whose reader may take as long as they like: a pager that is full is no server that is away."""

import io
import os
import sys
from typing import Any

from services.console.output.deadline import stop_counting


class ReaderLeft(Exception):  # not an OSError: Click would end the process with a code of its own
    """The reader of standard output went away, as `head` does."""


class _PatientFile(io.FileIO):
    """A file whose writes do not count as waiting for a server."""

    def write(self, data: Any, /) -> int:
        """Writes to the file, however long that takes. Raises ReaderLeft."""
        try:
            with stop_counting():
                return super().write(data)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.fileno())  # for what is flushed later
            raise ReaderLeft from None


def wait_for_readers() -> None:
    """From now on, this process waits for whoever reads its standard output."""
    raw = _PatientFile(sys.stdout.fileno(), "w", closefd=False)
    sys.stdout = io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding=sys.stdout.encoding,
        errors=sys.stdout.errors,
        line_buffering=sys.stdout.isatty(),
    )
