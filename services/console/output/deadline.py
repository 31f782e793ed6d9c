"""Ends a command that no server answers, whatever is broken: the broker, the database, a name server.

One rule for all commands: nobody waits longer than `LIMIT` for something to happen. A command that goes on working says
so with `note_progress`, as loading a file does, and then has as long again. Only time in which the process ran counts:
who stops it with Ctrl-Z, or reads its output page by page, takes as long as they like. Each server has shorter limits
of its own, which say what is wrong; this is for all that they do not reach, such as a lookup of a name or a farewell to
a server that is gone.
"""

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from services.console.output.exit_codes import ExitCode, complain

LIMIT = 13.0
"""Seconds without progress after which the process ends."""

FAREWELL = 1.0
"""Seconds that threads of libraries may take once the command has done its work."""

TICK, LONGEST_TICK = 0.2, 1.0
"""Seconds between two looks of the watcher, and how many may count: beyond that, the process was stopped."""

_ran = 0.0
"""Seconds that the command ran, without what it waited for on purpose. Only the watcher writes this."""
_progress = 0.0
"""The same when something last happened."""
_paused = 0
_armed = False


def arm() -> None:
    """Lets the process be ended: it is a command and nothing else."""
    global _armed  # noqa: PLW0603
    _armed = True


def note_progress() -> None:
    """Something happened: the command works."""
    global _progress  # noqa: PLW0603  # there is one command in a process
    _progress = _ran


@contextmanager
def stop_counting() -> Iterator[None]:
    """The time in this block does not count. It is no progress either."""
    global _paused  # noqa: PLW0603
    _paused += 1
    try:
        yield
    finally:
        _paused -= 1


@contextmanager
def wait_on_purpose() -> Iterator[None]:
    """What is waited for in this block is no server: somebody's input, or a pace that an operator set."""
    try:
        with stop_counting():
            yield
    finally:
        note_progress()


class Deadline:
    """Watches a command from a thread of its own, as its event loop may be what stands still."""

    def __init__(self) -> None:
        self._code: ExitCode | None = None
        self._left = threading.Event()

    @contextmanager
    def watch(self) -> Iterator["Deadline"]:
        """Watches while the block runs, and after it until the process has ended."""
        note_progress()
        if _armed:
            threading.Thread(target=self._watch, name="deadline", daemon=True).start()
        try:
            yield self
        finally:
            self._left.set()

    def settle(self, code: ExitCode) -> None:
        """The command's work is done: from now on only farewells are missing."""
        self._code = code

    def _watch(self) -> None:
        global _ran  # noqa: PLW0603
        looked = time.monotonic()
        while not self._left.wait(TICK):
            since, looked = looked, time.monotonic()
            if not _paused:
                _ran += min(looked - since, LONGEST_TICK)
            if _ran - _progress >= LIMIT:
                self._end(self._code)
        time.sleep(FAREWELL)  # a process that ends by itself takes this thread with it
        os._exit(ExitCode.UNAVAILABLE if self._code is None else self._code)

    @staticmethod
    def _end(code: ExitCode | None) -> None:
        if code is None:
            complain(
                f"nothing happened for {LIMIT:.0f} s, so this ends; what was done stays. What is away: acectl doctor"
            )
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(ExitCode.UNAVAILABLE if code is None else code)
