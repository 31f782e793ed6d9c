"""The form's pages, and how far a person has come."""

from enum import StrEnum


class Page(StrEnum):
    """A page of the form, by its path."""

    START = "/"
    REQUEST = "/request"
    CODE = "/code"
    DETAILS = "/details"
    WAITING = "/waiting"
    CONFIRMATION = "/confirmation"
    ENDED = "/ended"


class Milestone(StrEnum):
    """How far a person's request has come. At `issuing` and `creating` it is a worker's turn."""

    REQUEST = "request"
    ISSUING = "issuing"
    CODE = "code"
    DETAILS = "details"
    CREATING = "creating"
    CONFIRMATION = "confirmation"

    @property
    def page(self) -> Page:
        """The page for this milestone, unless a command is pending."""
        return Page.WAITING if self in (Milestone.ISSUING, Milestone.CREATING) else Page[self.name]
