"""What this machine is, and where the project keeps what it downloads. Standard library only.

This module, `packages`, `parent`, `prepare` and `terminal` run before the project's own Python environment exists.
"""

import fcntl
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PROJECT = "ace-portal-account-application"
OLDEST = {"debian": (12,), "ubuntu": (24, 4)}  # the first with a RabbitMQ that is new enough, see broker_files
ELSEWHERE = "this system is neither Debian 12 nor Ubuntu 24.04 nor a newer one: use `docker compose up` instead"


class Trouble(Exception):
    """What keeps the system from starting. Its text is one line for a person, and says what to do."""


@dataclass(frozen=True)
class Distribution:
    """A Linux distribution, as /etc/os-release names it."""

    name: str
    version: str
    codename: str

    @property
    def supported(self) -> bool:
        """Whether the embedded servers can be unpacked from its packages."""
        if self.name not in OLDEST:
            return False
        numbers = tuple(int(number) for number in self.version.split(".") if number.isdigit())
        return not numbers or numbers >= OLDEST[self.name]  # Debian's testing has no number


def distribution() -> Distribution:
    """The distribution that runs here; an empty name where there is no /etc/os-release."""
    try:
        facts = platform.freedesktop_os_release()
    except OSError:
        facts = {}
    return Distribution(facts.get("ID", ""), facts.get("VERSION_ID", ""), facts.get("VERSION_CODENAME", ""))


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Waits until no other process is inside with this lock, a file that is made where it is missing."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def cache() -> Path:
    """The project's folder for downloads, made where it is missing."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser()
    folder = home.absolute() / PROJECT
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        wish = "set XDG_CACHE_HOME to a folder to download into"
        raise Trouble(f"{folder} cannot be made ({error.strerror}): {wish}") from None
    return folder
