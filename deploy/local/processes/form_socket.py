"""The form's listening socket. `make run` holds it, so visitors wait while the form's processes restart.

`python -m deploy.local.processes.form_socket ADDRESS COMMAND...` fetches the socket there and execs the command.
"""

import os
import socket
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from shared import socket_activation

BACKLOG = 1024
"""Connections that may wait for a process to accept them."""


class FormSocket:
    """Listens from `open` to `close` and hands the socket to any process that connects to `handout`, a Unix socket."""

    def __init__(self, address: str, port: int, handout: Path) -> None:
        self._address = (address, port)
        self._handout = handout
        self._socket: socket.socket | None = None

    def wrap_command(self, command: Sequence[str]) -> tuple[str, ...]:
        """The command that starts a program with the socket."""
        python, *_ = command
        return (python, "-m", "deploy.local.processes.form_socket", str(self._handout), *command)

    def open(self) -> None:
        """Starts to listen. Raises `OSError`."""
        form = self._socket = socket_activation.bind(*self._address)
        form.listen(BACKLOG)
        self._handout.unlink(missing_ok=True)  # left over from a killed run
        handout = socket.socket(socket.AF_UNIX)
        handout.bind(str(self._handout))
        handout.listen()
        threading.Thread(target=self._hand_out, args=(handout, form), name="form", daemon=True).start()

    @staticmethod
    def _hand_out(handout: socket.socket, form: socket.socket) -> None:
        while True:
            caller, _ = handout.accept()
            with caller, suppress(OSError):  # the form is closed, or the caller is gone: neither needs the socket
                socket.send_fds(caller, [b"form"], [form.fileno()])

    def close(self) -> None:
        """Stops listening. Visitors are refused once the serving processes have closed the socket too."""
        if self._socket:
            self._socket.close()


def main() -> None:
    """Execs the command and passes it the socket."""
    handout, *command = sys.argv[1:]
    with socket.socket(socket.AF_UNIX) as caller:
        caller.connect(handout)
        _, descriptors, _, _ = socket.recv_fds(caller, 16, 1)
    socket_activation.hand_over(socket.socket(fileno=descriptors[0]))
    os.execv(command[0], command)  # noqa: S606  # our own command, which started this program


if __name__ == "__main__":
    main()
