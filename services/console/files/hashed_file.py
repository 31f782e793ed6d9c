"""Hashes a file while it is read."""

import hashlib
import io
from typing import BinaryIO

from typing_extensions import Buffer

from services.console.output.deadline import wait_on_purpose


class HashedFile(io.RawIOBase):
    """The bytes of a file, hashed as they are read. Wrap it in a `BufferedReader`."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._hash = hashlib.sha256()

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Buffer) -> int:
        """Reads into a buffer of bytes; returns how many."""
        room = memoryview(buffer)
        read = getattr(self._file, "read1", self._file.read)  # a pipe gives what it has: `read` would wait for more
        with wait_on_purpose():
            data: bytes = read(len(room))
        room[: len(data)] = data
        self._hash.update(data)
        return len(data)

    @property
    def digest(self) -> str:
        """SHA-256 of what was read, in hexadecimal digits."""
        return self._hash.hexdigest()
