"""Changes that wait until a whole file is read: in an unnamed file on disk, sealed as they will be stored."""

import json
import tempfile
from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from services.console.output.exit_codes import Unavailable

T = TypeVar("T")


class Spool(Generic[T]):
    """A file of JSON-compatible tuples, read back in order. It is gone when the block ends."""

    def __init__(self, make: Callable[[list[Any]], T]) -> None:
        self._make = make
        self._file = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115  # closed by __exit__

    def add(self, items: Iterable[T]) -> None:
        """Adds items. Raises `Unavailable` if the disk is full."""
        try:
            self._file.writelines(json.dumps(item) + "\n" for item in items)
            self._file.flush()
        except OSError as error:
            where = tempfile.gettempdir()
            raise Unavailable(
                f"changes cannot be stored in {where}: {error.strerror} (TMPDIR); nothing is loaded"
            ) from None

    def __iter__(self) -> Iterator[T]:
        self._file.seek(0)
        for line in self._file:
            yield self._make(json.loads(line))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
