"""Real-world input from people and files, with the right results: one table per field, with a kind for each row."""

import csv
from pathlib import Path

Case = dict[str, str]


def cases(table: str) -> list[Case]:
    """The rows of a table, by column name."""
    with (Path(__file__).parent / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
