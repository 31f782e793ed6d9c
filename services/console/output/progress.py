"""Shows a long command's progress on standard error: a bar on a screen, occasional lines elsewhere."""

import time
from types import TracebackType
from typing import BinaryIO, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

PAUSE = 5.0
"""Seconds between two lines."""


class Meter:
    """Progress through a file of `size` bytes; None if the size is unknown."""

    def __init__(self, name: str, size: int | None) -> None:
        self._name = name
        self._size = size
        self._console = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.fields[rows]:,} rows"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        )
        self._task = self._bar.add_task(name, total=size, rows=0)
        self._said_at = self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._began

    def report(self, rows: int, file: BinaryIO) -> None:
        """Reports that this many rows are done; the file's position shows how much has been read."""
        position = file.tell() if self._size else 0
        self._bar.update(self._task, completed=position, rows=rows)
        if self._bar.disable and time.monotonic() - self._said_at >= PAUSE:
            self._said_at = time.monotonic()
            share = f", {min(position / self._size, 1):.0%}" if self._size else ""
            self.say(f"{self._name}: {rows:,} rows{share}, {self.seconds:.0f} s")

    def say(self, line: str) -> None:
        """Prints a separate line above the bar."""
        self._console.print(line)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()
