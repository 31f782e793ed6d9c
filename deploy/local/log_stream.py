"""The log files of all programs, followed, and what in them matters to a person as short lines on the terminal."""

import os
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path

from deploy.local import short_lines, terminal
from deploy.local.short_lines import Level, Line
from deploy.local.terminal import Style

INTERVAL = 0.2

SAID_AGAIN_AFTER = timedelta(minutes=1)
"""A program that says the same trouble again and again, each second perhaps, is heard once in this time."""

STYLES = {Level.INFO: Style.PLAIN, Level.WARNING: Style.WARNING, Level.ERROR: Style.ERROR}


class LogStream:
    """Follows the logs of programs from where they end now, through rotation: in a thread, from `follow` on.

    While it is `quiet`, as while everything starts or stops, only warnings and errors are shown.
    """

    def __init__(self, folder: Path, names: list[str]) -> None:
        self.quiet = True
        self._folder = folder
        self._files = [_Followed(folder / f"{name}.log", name) for name in (*names, "supervisord")]
        self._width = max(map(len, names))
        self._repetitions = Repetitions()
        self._lock = threading.Lock()

    def follow(self) -> None:
        """Prints from now on, as long as the process lives."""
        threading.Thread(target=self._follow, name="logs", daemon=True).start()

    def _follow(self) -> None:
        while True:
            self.catch_up()
            time.sleep(INTERVAL)

    def catch_up(self) -> None:
        """Prints what was written since the last time, in the order in which it happened."""
        with self._lock:
            written = [(file.name, line) for file in self._files for line in file.new_lines()]
            found = [line for name, text in written if (line := short_lines.read(name, text))]
            for line in sorted(found, key=lambda line: line.at):
                if (line.level is Level.INFO and self.quiet) or not self._repetitions.is_news(line):
                    continue
                self._print(line)

    def _print(self, line: Line) -> None:
        at = terminal.styled(f"{line.at.astimezone():%H:%M:%S}", Style.QUIET)
        text = line.text if line.level is Level.INFO else f"{line.level.name.lower()}: {line.text}"
        if line.level is Level.ERROR:
            text += f"; see {terminal.short(self._folder / f'{line.program}.log')}"
        terminal.say(f"{at} {line.program:{self._width}} {terminal.styled(text, STYLES[line.level])}")


class Repetitions:
    """Which lines were shown a moment ago."""

    def __init__(self) -> None:
        self._shown: dict[tuple[str, str], datetime] = {}

    def is_news(self, line: Line) -> bool:
        """Whether the line is to be shown: whatever is no trouble, and trouble that was not shown within a minute."""
        if line.level is Level.INFO:
            return True
        self._shown = {key: at for key, at in self._shown.items() if line.at - at < SAID_AGAIN_AFTER}
        return self._shown.setdefault((line.program, line.text), line.at) is line.at


class _Followed:
    """A log file that grows, and that is renamed and begun anew when it is large."""

    def __init__(self, path: Path, name: str) -> None:
        self.name = name
        self._path = path
        self._rest = b""
        path.touch(mode=0o600)
        self._file = path.open("rb")
        self._file.seek(0, os.SEEK_END)

    def new_lines(self) -> list[str]:
        """The whole lines written since the last time, without empty ones."""
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
