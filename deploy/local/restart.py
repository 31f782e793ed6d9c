"""`python -m deploy.local restart [SERVICE...]`: every process of a running system, one after another, while it serves.

Each stops as after any SIGTERM, and is waited for until it is ready again; the next is not touched before.
"""

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from deploy.local import terminal
from deploy.local.control import Control
from deploy.local.machine import Trouble
from deploy.local.program import answers, wait_until
from shared import settings

READY_WITHIN = 120.0
"""Seconds that a process may take to be ready; else the rest stays as it is."""

LIST = "services.json"


def write_down(folder: Path, found: dict[str, str]) -> None:
    """Notes which programs (`group:program`) there are to restart, and where each says whether it is ready."""
    (folder / LIST).write_text(json.dumps(found, indent=2))


def restart(folder: Path, services: Sequence[str] = ()) -> None:
    """Restarts these services' processes, or all. Raises `Trouble`."""
    try:
        found: dict[str, str] = json.loads((folder / LIST).read_text())
    except OSError:
        raise Trouble(f"nothing runs in {folder}: start it with `make run`") from None
    known = {_service(name) for name in found}
    if unknown := set(services) - known:
        raise Trouble(f"{', '.join(sorted(unknown))}: no such service here, but {', '.join(sorted(known))}")
    control = Control(folder)
    for name, readiness_url in found.items():
        if not services or _service(name) in services:
            _restart_one(control, name, readiness_url)


def _restart_one(control: Control, name: str, readiness_url: str) -> None:
    began = time.monotonic()
    control.restart(name)
    stopped = time.monotonic()
    wait_until(lambda: answers(readiness_url), name, READY_WITHIN)
    terminal.say(f"{name}: stopped after {stopped - began:.1f} s, ready again {time.monotonic() - stopped:.1f} s later")


def _service(name: str) -> str:
    return name.partition(":")[2].partition("-")[0]


def main() -> int:
    """Restarts what the arguments name; returns the exit code."""
    try:
        restart(settings.load().data_dir.absolute(), sys.argv[1:])
    except (settings.SettingError, Trouble) as trouble:
        terminal.complain(trouble)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
