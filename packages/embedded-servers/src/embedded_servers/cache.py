"""The folder that downloads are kept in, and a lock for whoever fills it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from embedded_servers.errors import SetupError


def cache_folder(project: str = "embedded-servers") -> Path:
    """A project's folder in the user's cache (`XDG_CACHE_HOME`, or else ~/.cache), made where it is missing."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser()
    folder = home.absolute() / project
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        hint = "set XDG_CACHE_HOME to a folder to download into"
        raise SetupError(f"{folder} cannot be made ({error.strerror}): {hint}") from None
    return folder


@contextmanager
def exclusive(lock: Path) -> Iterator[None]:
    """Waits until no other process holds this lock, a file that is made where it is missing."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
