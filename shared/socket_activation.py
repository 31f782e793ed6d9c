"""Socket activation: a parent process holds the listening socket, so visitors wait instead of failing during a restart.

The protocol is systemd's (sd_listen_fds(3)): `LISTEN_FDS=1`, `LISTEN_PID` names the process, and the socket
is file descriptor 3.
"""

import os
import socket

INHERITED = 3


def bind(address: str, port: int, *, shared: bool = False) -> socket.socket:
    """A socket bound to this address. `shared`: other processes may bind to it too. Raises `OSError`."""
    bound = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, shared)
    try:
        bound.bind((address, port))
    except OSError:
        bound.close()
        raise
    return bound


def inherit() -> socket.socket | None:
    """The socket that the parent handed to this process, if any."""
    if os.environ.get("LISTEN_PID") != str(os.getpid()) or os.environ.get("LISTEN_FDS") != "1":
        return None
    os.set_inheritable(INHERITED, False)
    return socket.socket(fileno=INHERITED)


def hand_over(listening: socket.socket) -> None:
    """Prepares this process to exec a program that calls `inherit`."""
    descriptor = listening.detach()
    if descriptor != INHERITED:
        os.dup2(descriptor, INHERITED)
        os.close(descriptor)
    os.set_inheritable(INHERITED, True)
    os.environ |= {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "1"}
