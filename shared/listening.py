"""A listening socket that is not ours: whoever started us holds it, so visitors wait in it while we are restarted.

systemd's way of handing it over (sd_listen_fds(3)): `LISTEN_FDS=1`, `LISTEN_PID` the process that is meant, and the
socket as its file descriptor 3.
"""

import os
import socket

INHERITED = 3


def bound(address: str, port: int, *, shared: bool = False) -> socket.socket:
    """A socket bound to this address; raises OSError. `shared`: other processes may bind one of their own to it."""
    found = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, shared)
    try:
        found.bind((address, port))
    except OSError:
        found.close()
        raise
    return found


def inherited() -> socket.socket | None:
    """The socket that was handed over to this process; None where none was."""
    if os.environ.get("LISTEN_PID") != str(os.getpid()) or os.environ.get("LISTEN_FDS") != "1":
        return None
    os.set_inheritable(INHERITED, False)
    return socket.socket(fileno=INHERITED)


def hand_over(listening: socket.socket) -> None:
    """Sets this process up for becoming, by exec, one that calls `inherited`."""
    descriptor = listening.detach()
    if descriptor != INHERITED:
        os.dup2(descriptor, INHERITED)
        os.close(descriptor)
    os.set_inheritable(INHERITED, True)
    os.environ |= {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "1"}
