"""Child programs that never outlive the process that started them."""

import http.client
import os
import signal
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from embedded_servers.errors import SetupError


@dataclass(frozen=True)
class Program:
    """How to start one process. `environment` is added to the starter's."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def bound_command(self) -> tuple[str, ...]:
        """The command, set up so that the kernel kills the process when the thread that started it is gone."""
        return ("setpriv", "--pdeathsig", "KILL", *self.command)


class Running:
    """A started `Program` with its output in a file. It dies with the thread that started it."""

    def __init__(self, program: Program, log: Path) -> None:
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                program.bound_command,
                env={**os.environ, **program.environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.command = program.command
        self.log = log

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it is still running."""
        return self._process.poll() is None

    def wait(self, patience: float) -> int:
        """Waits for its end and returns its exit code. Raises `subprocess.TimeoutExpired`."""
        return self._process.wait(patience)

    def terminate(self) -> None:
        """Sends SIGTERM without waiting."""
        self._process.terminate()

    def stop(self, patience: float) -> None:
        """Sends SIGTERM, then SIGKILL if it is still running after `patience` seconds."""
        self.terminate()
        try:
            self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """Sends SIGKILL and waits for the end."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()


def wait_until(ready: Callable[[], bool], what: str, seconds: float, running: Sequence[Running] = ()) -> None:
    """Returns once `ready` is true.

    Raises `SetupError`, which names `what`, after this many seconds, or once one of these programs has ended.
    """
    deadline = time.monotonic() + seconds
    while not ready():
        for program in running:
            if not program.alive:
                raise SetupError(f"{what} ended before it was ready: {program.log} says why")
        if time.monotonic() > deadline:
            raise SetupError(f"{what} was not ready after {seconds:.0f} s")
        time.sleep(0.1)


def answers(url: str, context: ssl.SSLContext | None = None) -> bool:
    """Whether a GET request to this URL returns status 200."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context))
    try:
        with opener.open(url, timeout=2) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError, http.client.HTTPException):
        return False
