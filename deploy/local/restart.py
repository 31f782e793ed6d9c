"""`python -m deploy.local restart [SERVICE...]`: restarts a running system one process at a time, while it serves.

Each process stops as on any SIGTERM, and is ready again before the next one stops.
"""

import json
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from deploy.local.processes.supervisorctl import Supervisorctl
from deploy.local.screen import terminal
from embedded_servers.errors import SetupError
from embedded_servers.program import answers, wait_until
from shared.settings import loading
from shared.settings.groups import SettingError
from shared.settings.processes import Settings

READY_WITHIN = 120.0
"""Seconds that a process may take to be ready. If one takes longer, the others are not restarted."""

LIST = "services.json"


def write_list(folder: Path, processes: dict[str, str]) -> None:
    """Records which programs (`group:program`) can be restarted, with their readiness URLs."""
    (folder / LIST).write_text(json.dumps(processes, indent=2))


def restart(folder: Path, services: Sequence[str] = ()) -> None:
    """Restarts the processes of these services, or of all services. Raises `SetupError`."""
    try:
        processes: dict[str, str] = json.loads((folder / LIST).read_text())
    except OSError:
        raise SetupError(f"nothing runs in {folder}: start it with `make run`") from None
    known = {_name_service(name) for name in processes}
    if unknown := set(services) - known:
        raise SetupError(f"{', '.join(sorted(unknown))}: no such service; there are {', '.join(sorted(known))}")
    supervisorctl = Supervisorctl(folder)
    for name, readiness_url in processes.items():
        if not services or _name_service(name) in services:
            _restart_one(supervisorctl, name, readiness_url)


def _restart_one(supervisorctl: Supervisorctl, name: str, readiness_url: str) -> None:
    began = time.monotonic()
    supervisorctl.restart(name)
    stopped = time.monotonic()
    wait_until(lambda: answers(readiness_url), name, READY_WITHIN)
    terminal.say(f"{name}: stopped after {stopped - began:.1f} s, ready again {time.monotonic() - stopped:.1f} s later")


def _name_service(name: str) -> str:
    return re.sub(r"-\d+$", "", name.partition(":")[2])


def main() -> int:
    """Restarts the services in the arguments. Returns the exit code."""
    try:
        restart(loading.read(Settings).data_dir.absolute(), sys.argv[1:])
    except (SettingError, SetupError) as error:
        terminal.complain(error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
