"""The download folder, and a lock for filling it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from embedded_servers.errors import SetupError


def make_cache_folder(project: str = "embedded-servers") -> Path:
    """A project's folder in the user's cache (`XDG_CACHE_HOME` or ~/.cache), created if missing."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser()
    folder = home.absolute() / project
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        hint = "set XDG_CACHE_HOME to a folder to download into"
        raise SetupError(f"{folder} cannot be created ({error.strerror}): {hint}") from None
    return folder


@contextmanager
def hold_lock(lock: Path) -> Iterator[None]:
    """Holds this lock, a file created if missing, while the block runs. Waits for other processes first."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
