"""Medians of rounds, in a table with a column for each contestant."""

import statistics
from collections.abc import Mapping, Sequence

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from benchmarks.measure.contestant import Round

TOTAL = "all programs"
COUNTS = (
    "published messages", "delivered messages", "bytes to the broker",
    "database round trips", "find commands", "insert commands", "update commands", "findAndModify commands",
    "oplog bytes", "document bytes",
)  # fmt: skip


def summarize(rounds: Sequence[Round]) -> dict[str, float]:
    """The medians of one contestant's rounds by one way. The total is the median of totals."""
    names = sorted({name for each in rounds for name in each.cpu})
    cpu = {name: statistics.median(each.cpu.get(name, 0.0) for each in rounds) for name in names}
    return {
        **cpu,
        TOTAL: statistics.median(sum(each.cpu.values()) for each in rounds),
        "a second": statistics.median(each.applications / each.seconds for each in rounds),
        "load average": statistics.median(each.load_average for each in rounds),
        **{
            name: statistics.median(each.counts[name] for each in rounds) for name in COUNTS if name in rounds[0].counts
        },
    }


def print_rounds(rounds: Sequence[Round]) -> dict[str, dict[str, dict[str, float]]]:
    """Prints a table for each way; returns its figures by way and contestant."""
    figures: dict[str, dict[str, dict[str, float]]] = {}
    for way in dict.fromkeys(each.way for each in rounds):
        of_way = [each for each in rounds if each.way == way]
        contestants = dict.fromkeys(each.contestant for each in of_way)
        figures[way] = {name: summarize([each for each in of_way if each.contestant == name]) for name in contestants}
        _print_way(way, len(of_way) // len(contestants), of_way[0].applications, figures[way])
    return figures


def _print_way(way: str, rounds: int, applications: int, figures: Mapping[str, Mapping[str, float]]) -> None:
    title = f"By {way}: CPU milliseconds and counts for each"
    table = Table(title=title, box=SIMPLE, caption=f"medians of {rounds} rounds of {applications}")
    table.add_column("")
    for name in figures:
        table.add_column(name, justify="right")
    first, *others = figures.values()
    if others:
        table.add_column("ratio", justify="right")
    for row in dict.fromkeys(name for each in figures.values() for name in each):
        cells = [f"{each[row]:,.1f}" if row in each else "" for each in figures.values()]
        ratios = [f"{other[row] / first[row]:.2f}" for other in others if first.get(row) and row in other]
        table.add_row(row, *cells, *([" ".join(ratios)] if others else []), style="bold" if row == TOTAL else "")
    Console(width=120).print(table)
