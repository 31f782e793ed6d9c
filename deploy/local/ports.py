"""Ports on the loopback address: free ones to take, and taken ones to complain of.

Free ones are picked below 32768, where Linux begins to hand out ports to outgoing connections: a port above could be
taken by anybody's connection between the pick and the use, or while a server is restarted.
"""

import secrets
import socket
from collections.abc import Iterable

HOST = "127.0.0.1"
LOWEST, HIGHEST = 20000, 32767
_given: set[int] = set()


def free() -> int:
    """A port that nobody listens on, and that this process was not given before."""
    while True:
        port = LOWEST + secrets.randbelow(HIGHEST - LOWEST + 1)
        if port not in _given and not taken(port):
            _given.add(port)
            return port


def reserve(ports: Iterable[int]) -> None:
    """Keeps these from being given by `free`: somebody is going to listen on them."""
    _given.update(ports)


def taken(port: int) -> bool:
    """Whether a server could not listen on this port of the loopback address now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return True
    return False
