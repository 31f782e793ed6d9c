"""Remembers for a while which messages were counted: a message may be decided more than once."""

from uuid import UUID

MOST = 10_000
"""Messages remembered: about 2 MB."""


class Recent:
    """The latest messages, by what was done with them. In another process a repeat counts again: limits bear that."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, UUID], None] = {}

    def has(self, deed: str, id: UUID) -> bool:
        """Whether this was done with this message."""
        return (deed, id) in self._seen

    def is_new(self, deed: str, id: UUID) -> bool:
        """Whether this was not done with this message before; from now on it was."""
        if self.has(deed, id):
            return False
        self.add(deed, id)
        return True

    def add(self, deed: str, id: UUID) -> None:
        """Remembers that this was done with this message."""
        self._seen[deed, id] = None
        if len(self._seen) > MOST:
            del self._seen[next(iter(self._seen))]
