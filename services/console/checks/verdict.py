"""What a check says."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """`ok`; `warn`: look at it in daylight; `bad`: something does not work, or will not."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True)
class Check:
    """One line of the page."""

    name: str
    verdict: Verdict
    says: str
    to_do: str | None = None


def ok(name: str, says: str) -> Check:
    """All is well."""
    return Check(name, Verdict.OK, says)


def warn(name: str, says: str, to_do: str | None = None) -> Check:
    """Something to look at in daylight."""
    return Check(name, Verdict.WARN, says, to_do)


def bad(name: str, says: str, to_do: str | None = None) -> Check:
    """Something that does not work, or will not."""
    return Check(name, Verdict.BAD, says, to_do)
