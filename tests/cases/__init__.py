"""What people and files were seen to bring, and what is right: a table a field, with a kind for each row."""

import csv
from pathlib import Path

Case = dict[str, str]


def cases(table: str) -> list[Case]:
    """The rows of a table by the names of its columns."""
    with (Path(__file__).parent / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
