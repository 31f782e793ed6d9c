"""Ports on the loopback address.

Free ones are picked below 32768, where Linux begins to hand out ports to outgoing connections: any connection could
take a higher one between the pick and its use, or while a server restarts.
"""

import secrets
import socket
from collections.abc import Iterable

HOST = "127.0.0.1"
LOWEST, HIGHEST = 20000, 32767
_reserved: set[int] = set()


def pick() -> int:
    """Picks a port that nobody listens on and that this process has not picked or reserved before."""
    while True:
        port = LOWEST + secrets.randbelow(HIGHEST - LOWEST + 1)
        if port not in _reserved and not is_taken(port):
            _reserved.add(port)
            return port


def reserve(ports: Iterable[int]) -> None:
    """Keeps `pick` from returning these ports: somebody is going to listen on them."""
    _reserved.update(ports)


def is_taken(port: int) -> bool:
    """Whether a server would fail to listen on this port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return True
    return False
