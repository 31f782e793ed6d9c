"""One part of the system, as the health line shows it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.console.checks.verdict import Verdict
from services.console.health.facts import Failure
from services.console.output.formatting import format_span, format_time


@dataclass(frozen=True)
class Part:
    """A part of the system: `verdict` is None where nothing is known about it."""

    name: str
    verdict: Verdict | None
    says: str
    to_do: str | None = None


def describe_failure(failure: Failure, now: datetime) -> str:
    """What failed, and since when at least."""
    lasting = now - failure.since
    if lasting < timedelta(seconds=1):
        return failure.says  # seen for the first time: it may have begun long before
    return f"{failure.says}, for at least {format_span(lasting)} ({format_time(failure.since)})"
