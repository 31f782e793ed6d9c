"""One stream on the terminal from the programs' log files, each line under its program's name."""

import contextlib
import os
import sys
import threading
import time
from pathlib import Path

INTERVAL = 0.2
ROUTINE = ('"s":"I"', "startupWarnings")  # how mongod marks lines that tell nothing new
COLOURS = (36, 32, 33, 35, 34, 96, 92, 93, 95, 94)


def say(line: str) -> None:
    """Prints a line of ours; silently nothing once the terminal is gone."""
    with contextlib.suppress(OSError):
        print(line, flush=True)


class LogStream:
    """Follows the logs of programs from where they end now, through rotation, in a thread.

    What a server says only as a matter of routine stays in its file.
    """

    def __init__(self, folder: Path, names: list[str]) -> None:
        self._files = [_Followed(folder / f"{name}.log", name) for name in names]
        self._width = max(map(len, names))
        self._coloured = sys.stdout.isatty() and "NO_COLOR" not in os.environ
        threading.Thread(target=self._follow, name="logs", daemon=True).start()

    def _follow(self) -> None:
        while True:
            self.catch_up()
            time.sleep(INTERVAL)

    def catch_up(self) -> None:
        """Prints what was written since the last time."""
        for number, file in enumerate(self._files):
            prefix = f"{file.name:{self._width}} |"
            if self._coloured:
                prefix = f"\x1b[{COLOURS[number % len(COLOURS)]}m{prefix}\x1b[0m"
            for line in file.new_lines():
                if any(mark in line for mark in ROUTINE):
                    continue
                say(f"{prefix} {line}")


class _Followed:
    """A log file that grows, and that is renamed and begun anew when it is large."""

    def __init__(self, path: Path, name: str) -> None:
        self.name = name
        self._path = path
        self._rest = b""
        self._lock = threading.Lock()
        path.touch(mode=0o600)
        self._file = path.open("rb")
        self._file.seek(0, os.SEEK_END)

    def new_lines(self) -> list[str]:
        """The whole lines written since the last time, without empty ones."""
        with self._lock:
            written = self._file.read()
            if not written and self._renamed():
                self._file.close()
                self._file = self._path.open("rb")
                written = self._file.read()
            *lines, self._rest = (self._rest + written).split(b"\n")
            return [line.decode(errors="replace").rstrip() for line in lines if line.strip()]

    def _renamed(self) -> bool:
        try:
            return self._path.stat().st_ino != os.fstat(self._file.fileno()).st_ino
        except FileNotFoundError:
            return False
