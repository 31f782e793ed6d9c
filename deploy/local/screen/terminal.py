"""Writes to the person at the terminal. Standard library only.

Uses colors only in a terminal. In a pipe, a file or CI, it writes the same words on separate lines.
"""

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path

STEP_WIDTH = 64


class Style(StrEnum):
    """A text style, as the parameter of ECMA-48's SGR sequence."""

    PLAIN = ""
    QUIET = "2"
    HEADING = "1"
    WARNING = "33"
    ERROR = "1;31"


def add_style(text: str, style: Style) -> str:
    """The text in its style if the terminal shows colors and NO_COLOR is not set."""
    colors = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return f"\x1b[{style}m{text}\x1b[0m" if style and colors else text


def shorten(path: Path) -> str:
    """The shortest way to type a path: from the current folder or from home."""
    for base, prefix in ((Path.cwd(), ""), (Path.home(), "~/")):
        with suppress(ValueError):
            return f"{prefix}{path.relative_to(base)}"
    return str(path)


class _Terminal:
    """The lines of this process. A step's line stays open until the step ends or another line is printed."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._is_open = False

    def say(self, line: str) -> None:
        with self._lock:
            self._write("\n" if self._is_open else "", f"{line}\n")
            self._is_open = False

    @contextmanager
    def step(self, what: str, *, since: float | None = None) -> Iterator[None]:
        began = time.monotonic() if since is None else since
        label = f"  {what:{STEP_WIDTH}}"
        with self._lock:
            self._write(label)
            self._is_open = True
        result = add_style(" stopped", Style.QUIET)
        try:
            yield
            result = f"{time.monotonic() - began:6.1f} s"
        except Exception:
            result = add_style(" failed", Style.ERROR)
            raise
        finally:
            with self._lock:
                self._write("" if self._is_open else label, f"{result}\n")
                self._is_open = False

    def _write(self, *texts: str) -> None:
        with suppress(OSError):  # the terminal is gone: there is nobody to tell
            print(*texts, sep="", end="", flush=True)


_terminal = _Terminal()
say = _terminal.say
"""Prints a line, unless the terminal is gone."""

step = _terminal.step
"""Prints what the block does, then how many seconds it took, on the same line.

`since` is a monotonic time to count from if the step began earlier.
"""


def warn(text: str) -> None:
    """Prints a warning."""
    say(add_style(f"warning: {text}", Style.WARNING))


def complain(reason: object) -> None:
    """Prints on standard error why the program exits."""
    print(f"ace: {reason}", file=sys.stderr, flush=True)
