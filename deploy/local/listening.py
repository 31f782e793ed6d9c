"""The form's listening socket, held by `make run`: visitors wait in it while processes of the form come and go.

`python -m deploy.local.listening DOOR COMMAND...` fetches the socket at that door, and becomes the command.
"""

import os
import socket
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from shared import socket_activation

WAITING = 1024
"""Connections that may wait for a process to take them."""


class Holder:
    """Listens from `open` to `close`, and hands the socket to whoever comes to the door, a socket in our own folder."""

    def __init__(self, address: str, port: int, door: Path) -> None:
        self._address = (address, port)
        self._door = door
        self._socket: socket.socket | None = None

    def command(self, command: Sequence[str]) -> tuple[str, ...]:
        """The command with which a program starts that is to serve on the socket."""
        python, *_ = command
        return (python, "-m", "deploy.local.listening", str(self._door), *command)

    def open(self) -> None:
        """Listens from now on. Raises OSError."""
        held = self._socket = socket_activation.bind(*self._address)
        held.listen(WAITING)
        self._door.unlink(missing_ok=True)  # of a run that was killed
        at_door = socket.socket(socket.AF_UNIX)
        at_door.bind(str(self._door))
        at_door.listen()
        threading.Thread(target=self._hand_out, args=(at_door, held), name="form", daemon=True).start()

    @staticmethod
    def _hand_out(at_door: socket.socket, held: socket.socket) -> None:
        while True:
            caller, _ = at_door.accept()
            with caller, suppress(OSError):  # closed, or the caller is gone: then it has no use for it either
                socket.send_fds(caller, [b"form"], [held.fileno()])

    def close(self) -> None:
        """Lets nobody in any more, once the processes that serve have closed it too."""
        if self._socket:
            self._socket.close()


def main() -> None:
    """Becomes the command, with the socket in its hands."""
    door, *command = sys.argv[1:]
    with socket.socket(socket.AF_UNIX) as caller:
        caller.connect(door)
        _, descriptors, _, _ = socket.recv_fds(caller, 16, 1)
    socket_activation.hand_over(socket.socket(fileno=descriptors[0]))
    os.execv(command[0], command)  # noqa: S606  # the command of our own that we were started for


if __name__ == "__main__":
    main()
