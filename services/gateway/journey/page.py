"""The pages on which a person can be."""

from enum import StrEnum


class Page(StrEnum):
    """A page of the form. Its value is its address's only segment; the routes derive from it."""

    REQUEST = "request"
    WAITING = "waiting"
    CODE = "code"
    DETAILS = "details"
    CONFIRMATION = "confirmation"

    @property
    def path(self) -> str:
        """Where the page is: ``/details``."""
        return f"/{self.value}"
