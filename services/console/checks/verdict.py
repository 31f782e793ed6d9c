"""The result of a check."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """`ok`; `warn`: can wait until morning; `bad`: something is broken, or soon will be."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True)
class Check:
    """One line of the report."""

    name: str
    verdict: Verdict
    says: str
    to_do: str | None = None


def ok(name: str, says: str) -> Check:
    """All is well."""
    return Check(name, Verdict.OK, says)


def warn(name: str, says: str, to_do: str | None = None) -> Check:
    """Something that can wait until morning."""
    return Check(name, Verdict.WARN, says, to_do)


def bad(name: str, says: str, to_do: str | None = None) -> Check:
    """Something that is broken, or soon will be."""
    return Check(name, Verdict.BAD, says, to_do)
