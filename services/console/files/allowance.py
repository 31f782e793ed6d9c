"""How much one load may change before it stops and asks."""

import re
from dataclasses import dataclass

import typer


@dataclass(frozen=True)
class Allowance:
    """A percentage of all records, a number of records, or the larger of both."""

    percent: float = 0
    count: int = 0

    def count_for(self, total: int) -> int:
        """How many of this total."""
        return max(int(total * self.percent / 100), self.count)

    def __str__(self) -> str:
        """As operators type it."""
        share = f"{self.percent:g}%" if self.percent else ""
        return " or ".join(filter(None, (share, f"{self.count:,}"))) if self.count else share or "0"


DEFAULT = Allowance(percent=1.0, count=100)


def parse(text: str) -> Allowance:
    """Reads ``250`` or ``2.5%``. Raises `BadParameter`."""
    typed = re.fullmatch(r"\s*(\d{1,3}(?:\.\d+)?)\s*%\s*|\s*(\d{1,12})\s*", text, re.ASCII)
    if typed is None:
        raise typer.BadParameter(f"{text!r} is neither a number of records nor a percentage: 250, 2.5%")
    return Allowance(percent=float(typed[1])) if typed[1] else Allowance(count=int(typed[2]))
