"""Stops this process when its parent has stopped. Standard library only.

GNU make forwards SIGTERM to its children, but not a SIGINT that only make itself received: it stops catching SIGINT and
waits for its children forever. A parent killed with SIGKILL tells its children nothing.
"""

import os
import signal
import threading
import time
from pathlib import Path

INTERVAL = 0.3
SIGINT_BIT = 1 << (signal.SIGINT - 1)


def watch() -> None:
    """Starts to watch: sends this process SIGTERM once its parent is gone or is an interrupted `make`."""
    threading.Thread(target=_watch, args=(os.getppid(),), name="parent", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent and not _is_interrupted_make(parent):
        time.sleep(INTERVAL)
    os.kill(os.getpid(), signal.SIGTERM)


def _is_interrupted_make(pid: int) -> bool:
    """Whether the process is a `make` that neither catches nor ignores SIGINT. A running one does one of them."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return True
    facts = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    handled = int(facts["SigCgt"], 16) | int(facts["SigIgn"], 16)
    return facts["Name"].strip() in ("make", "gmake") and not handled & SIGINT_BIT
