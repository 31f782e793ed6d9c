"""Ports on the loopback address.

Free ports are picked below 32768, because Linux gives higher ones to outgoing connections: one of those could take the
port before it is used, or while a server restarts.
"""

import secrets
import socket
from collections.abc import Iterable

HOST = "127.0.0.1"
LOWEST, HIGHEST = 20000, 32767
_reserved: set[int] = set()


def pick() -> int:
    """Picks a port that is free and that this process has not picked or reserved before."""
    while True:
        port = LOWEST + secrets.randbelow(HIGHEST - LOWEST + 1)
        if port not in _reserved and not is_taken(port):
            _reserved.add(port)
            return port


def reserve(ports: Iterable[int]) -> None:
    """Keeps `pick` from returning these ports, which others will listen on."""
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
