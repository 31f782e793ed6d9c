"""What a check raises."""


class Broken(AssertionError):
    """An invariant does not hold."""

    def __init__(self, invariant: int, what: str) -> None:
        super().__init__(f"invariant {invariant}: {what}")
        self.invariant = invariant


def must(holds: bool, invariant: int, what: str) -> None:
    """Raises `Broken` unless the invariant holds."""
    if not holds:
        raise Broken(invariant, what)
