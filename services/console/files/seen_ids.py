"""Which records a file has had so far."""


class SeenIds:
    """Ids that are blind indexes, as eight bytes of each: some 75 bytes of memory a row."""

    def __init__(self) -> None:
        self._digests: set[int] = set()

    def repeats(self, id: str) -> bool:
        """Whether this one was there before; from now on it was."""
        digest = int(id[:16], 16)
        if digest in self._digests:
            return True
        self._digests.add(digest)
        return False

    def __contains__(self, id: str) -> bool:
        return int(id[:16], 16) in self._digests
