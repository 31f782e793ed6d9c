"""Controls the supervisor of a data directory."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xmlrpc.client import Fault, ServerProxy

from supervisor.xmlrpc import Faults, SupervisorTransport

from embedded_servers.errors import SetupError


class Supervisorctl:
    """A running supervisor. Its methods raise `SetupError` if it is not running or refuses."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def start(self, group: str) -> None:
        """Starts a group's programs without waiting for them to be ready."""
        with self._connect(f"start {group}") as supervisor:
            supervisor.startProcessGroup(group, False)

    def restart(self, name: str) -> None:
        """Restarts one program (`group:program`), with as much time to stop as its group allows; or starts it."""
        with self._connect(f"restart {name}") as supervisor:
            try:
                supervisor.stopProcess(name, True)
            except Fault as fault:
                if fault.faultCode != Faults.NOT_RUNNING:
                    raise
            supervisor.startProcess(name, False)

    def stop(self, group: str, seconds: float) -> None:
        """Stops a group's programs; kills those still running after this many seconds."""
        with self._connect(f"stop {group}") as supervisor:
            supervisor.stopProcessGroup(group, False)
            deadline = time.monotonic() + seconds
            while any(pid for pid in self._list_pids(supervisor, group)):
                if time.monotonic() > deadline:
                    supervisor.stopProcessGroup(group, False)  # somebody may have started one in the meantime
                    supervisor.signalProcessGroup(group, "KILL")
                time.sleep(0.1)

    def list_processes(self) -> dict[str, int]:
        """The process id of each running program."""
        with self._connect("list processes") as supervisor:
            return {info["name"]: info["pid"] for info in supervisor.getAllProcessInfo() if info["pid"]}

    @staticmethod
    def _list_pids(supervisor: Any, group: str) -> Iterator[int]:
        return (info["pid"] for info in supervisor.getAllProcessInfo() if info["group"] == group)

    @contextmanager
    def _connect(self, what: str) -> Iterator[Any]:
        address = self._folder / "supervisor.sock"
        try:
            with ServerProxy("http://localhost", SupervisorTransport(serverurl=f"unix://{address}")) as server:
                yield server.supervisor
        except Fault as fault:
            raise SetupError(f"supervisor could not {what}: {fault.faultString}") from None
        except OSError:
            raise SetupError(f"nothing runs in {self._folder}: start it with `make run`") from None
