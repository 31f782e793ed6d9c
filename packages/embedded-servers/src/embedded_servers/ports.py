"""Ports on the loopback address.

Free ports are picked below 32768, because Linux gives higher ones to outgoing connections: one of those could take the
port before it is used, or while a server restarts.
"""

import fcntl
import os
import secrets
import socket
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

HOST = "127.0.0.1"
LOWEST, HIGHEST = 20000, 32767
_reserved: dict[int, TextIO | None] = {}
"""Each with its locked file, if it was picked here."""


def pick() -> int:
    """Picks a port that is free and that no process with this library has picked or reserved before.

    It is taken only when its server starts, and another process could pick it until then. So each picked port is a
    locked file, which the kernel unlocks when the process ends.
    """
    while True:
        port = LOWEST + secrets.randbelow(HIGHEST - LOWEST + 1)
        if port not in _reserved and not is_taken(port) and (lock := _lock(port)):
            _reserved[port] = lock
            return port


def reserve(ports: Iterable[int]) -> None:
    """Keeps `pick` from returning these ports, which others will listen on."""
    _reserved.update(dict.fromkeys(ports))


def _lock(port: int) -> TextIO | None:
    """Locks the port's file; None if another process has done so."""
    folder = Path(tempfile.gettempdir()) / f"embedded-servers-ports-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    lock = (folder / str(port)).open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock


def is_taken(port: int) -> bool:
    """Whether a server would fail to listen on this port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return True
    return False
