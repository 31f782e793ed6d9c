"""Follows the log files of all programs and prints what matters to people in short lines."""

import os
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path

from deploy.local.screen import short_lines, terminal
from deploy.local.screen.short_lines import Level, ShortLine
from deploy.local.screen.terminal import Style

INTERVAL = 0.2

REPEATED_AFTER = timedelta(minutes=1)
"""A warning or error that a program keeps logging is shown once in this time."""

STYLES = {Level.INFO: Style.PLAIN, Level.WARNING: Style.WARNING, Level.ERROR: Style.ERROR}


class LogStream:
    """Follows logs from their current end and through rotation, in a thread that `follow` starts.

    While `quiet`, such as during start and stop, it prints only warnings and errors.
    """

    def __init__(self, folder: Path, names: list[str]) -> None:
        self.quiet = True
        self._folder = folder
        self._files = [_LogFile(folder / f"{name}.log", name) for name in (*names, "supervisord")]
        self._width = max(map(len, names))
        self._repetitions = Repetitions()
        self._lock = threading.Lock()

    def follow(self) -> None:
        """Prints new lines until the process ends."""
        threading.Thread(target=self._follow, name="logs", daemon=True).start()

    def _follow(self) -> None:
        while True:
            self.catch_up()
            time.sleep(INTERVAL)

    def catch_up(self) -> None:
        """Prints new lines in the order of their events."""
        with self._lock:
            written = [(file.name, line) for file in self._files for line in file.read_new_lines()]
            found = [line for name, text in written if (line := short_lines.read(name, text))]
            for line in sorted(found, key=lambda line: line.at):
                if (line.level is Level.INFO and self.quiet) or not self._repetitions.is_news(line):
                    continue
                self._print(line)

    def _print(self, line: ShortLine) -> None:
        at = terminal.add_style(f"{line.at.astimezone():%H:%M:%S}", Style.QUIET)
        text = line.text if line.level is Level.INFO else f"{line.level.name.lower()}: {line.text}"
        if line.level is Level.ERROR:
            text += f"; see {terminal.shorten(self._folder / f'{line.program}.log')}"
        terminal.say(f"{at} {line.program:{self._width}} {terminal.add_style(text, STYLES[line.level])}")


class Repetitions:
    """Remembers which lines were shown recently."""

    def __init__(self) -> None:
        self._shown: dict[tuple[str, str], datetime] = {}

    def is_news(self, line: ShortLine) -> bool:
        """Whether to show the line. Warnings and errors are not repeated within a minute."""
        if line.level is Level.INFO:
            return True
        self._shown = {key: at for key, at in self._shown.items() if line.at - at < REPEATED_AFTER}
        return self._shown.setdefault((line.program, line.text), line.at) is line.at


class _LogFile:
    """A log file that grows until it is rotated."""

    def __init__(self, path: Path, name: str) -> None:
        self.name = name
        self._path = path
        self._rest = b""
        path.touch(mode=0o600)
        self._file = path.open("rb")
        self._file.seek(0, os.SEEK_END)

    def read_new_lines(self) -> list[str]:
        """New complete lines, without empty ones."""
        written = self._file.read()
        if not written and self._is_rotated():
            self._file.close()
            self._file = self._path.open("rb")
            written = self._file.read()
        *lines, self._rest = (self._rest + written).split(b"\n")
        return [line.decode(errors="replace").rstrip() for line in lines if line.strip()]

    def _is_rotated(self) -> bool:
        try:
            return self._path.stat().st_ino != os.fstat(self._file.fileno()).st_ino
        except FileNotFoundError:
            return False
