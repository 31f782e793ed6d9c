"""The Python blocks in documents for authors of other gateways, run in order as one program."""

import re
from pathlib import Path
from typing import Any

from shared.contracts.problem import Problem

DOCUMENT = Path(__file__).parents[2] / "docs" / "contracts.md"
FIELDS = DOCUMENT.with_name("contracts-fields.md")
TESTING = DOCUMENT.with_name("testing-against-it.md")

LATE_PROBLEMS = frozenset(
    {
        Problem.IMPORTER_NOT_MATCHED,
        Problem.POC_EMAIL_MISSING,
        Problem.CONTACT_RECENTLY_CHANGED,
        Problem.POC_EMAIL_REFUSED,
        Problem.IMPORTER_ALREADY_LINKED,
        Problem.EMAIL_IN_USE,
        Problem.DELAYED,
    }
)
"""Problems that an application itself has, perhaps since its commands were answered. Ask-outcome reports them."""


def text() -> str:
    """The document."""
    return DOCUMENT.read_text()


def names(document: Path = DOCUMENT) -> dict[str, Any]:
    """Runs every block and returns what they define."""
    found: dict[str, Any] = {}
    for block in re.findall(r"^```python\n(.*?)^```$", document.read_text(), re.MULTILINE | re.DOTALL):
        exec(compile(block, document.name, "exec"), found)  # noqa: S102  # our own document
    return found


def table_after(heading: str, document: Path = DOCUMENT) -> list[list[str]]:
    """The rows of the first table in a section, cell by cell, without the header."""
    section = document.read_text().partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in rows[2:]]
