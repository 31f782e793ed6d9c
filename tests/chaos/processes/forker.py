"""Starts services in a tenth of a second: a process that has imported everything forks for each one.

It runs the service's own ``__main__``. Importing takes two seconds of CPU time, and processes die by the hundred here.
"""

import ctypes
import importlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.chaos.injection.crashing import become

IMPORTED = (
    *("services.intake.app", "services.verifier.app", "services.provisioner.app", "services.notifier.app"),
    "services.gateway.pages.code",  # not its app, which binds the clock on import
)
PR_SET_PDEATHSIG = 1
POLL = 0.02


@dataclass(frozen=True)
class Child:
    """A process that the forker started."""

    pid: int

    @property
    def alive(self) -> bool:
        """Whether it is still running."""
        return self._send(0)

    def terminate(self) -> None:
        """Asks it to end."""
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        """Ends it with SIGKILL."""
        self._send(signal.SIGKILL)
        self._ended(10)

    def stop(self, patience: float) -> None:
        """Asks it to end, and kills it after this many seconds."""
        self.terminate()
        if not self._ended(patience):
            self.kill()

    def _ended(self, patience: float) -> bool:
        deadline = time.monotonic() + patience
        while self.alive and time.monotonic() < deadline:
            time.sleep(POLL)
        return not self.alive

    def _send(self, number: int) -> bool:
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)
            return True
        return False


class Forker:
    """The process that forks while the block runs. Its children die with it."""

    def __init__(self, log: Path) -> None:
        self._log = log

    def __enter__(self) -> Self:
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", sys.executable, "-m", "tests.chaos.processes.forker"],  # noqa: S607
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
                start_new_session=True,
                text=True,
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()

    def start(self, module: str, arguments: Sequence[str], environment: Mapping[str, str], log: Path) -> Child:
        """Runs a module's ``__main__`` in a new process, through `crashing.become`."""
        assert self._process.stdin
        assert self._process.stdout
        order = {"module": module, "arguments": arguments, "environment": dict(environment), "log": str(log)}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return Child(int(self._process.stdout.readline()))


def _main() -> None:
    for module in IMPORTED:
        importlib.import_module(module)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid:
            print(pid, flush=True)  # noqa: T201  # the answer
            continue
        _settle_in(order["environment"], order["log"])
        code = 1
        try:
            become(order["module"], order["arguments"])
            code = 0
        except SystemExit as exit:
            code = exit.code if isinstance(exit.code, int) else 1
        except BaseException:  # noqa: BLE001  # on any exception, this copy must not continue as a forker
            sys.excepthook(*sys.exc_info())
        finally:
            sys.stdout.flush()
            os._exit(code)


def _settle_in(environment: Mapping[str, str], log: str) -> None:
    """Turns a fork into a separate process."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.environ.update(environment)
    nothing, output = os.open(os.devnull, os.O_RDONLY), os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for descriptor, source in ((0, nothing), (1, output), (2, output)):
        os.dup2(source, descriptor)


if __name__ == "__main__":
    _main()
