"""Prints dead letters in groups or one by one, on a screen, in a pipe or as JSON."""

from dataclasses import asdict
from typing import Any

from services.console.dead_letters.dead_letter import DeadLetter
from services.console.dead_letters.selection import DeadLetterGroup
from services.console.output import printing
from services.console.output.formatting import format_age, format_value
from shared import clock
from shared.domain import reference

DETAIL = ("id", "queue", "type", "reference", "since", "attempts", "replays", "reason")
UNREADABLE = "not shown, because they break the contract"


def describe(letter: DeadLetter) -> dict[str, Any]:
    """A dead letter, ready to print."""
    name = reference.derive(letter.application) if letter.application else None
    return {**asdict(letter), "reference": name, "since": letter.since}


def print_all(found: list[dict[str, Any]]) -> None:
    """Prints dead letters in full: what `describe` returned, and ``body`` with the fields that can be shown."""
    for letter in found:
        told = letter["body"]
        said = {f"says {name}": value for name, value in told.items()} if told else {"contents": UNREADABLE}
        facts = {name: value for name, value in {**letter, **said}.items() if name != "body"}
        printing.print_facts({name.replace("_", " "): format_value(value) or None for name, value in facts.items()})


def print_each(letters: list[DeadLetter], *, json: bool) -> None:
    """Prints each dead letter."""
    if json:
        printing.print_json([describe(letter) for letter in letters])
        return
    rows = [[format_value(describe(letter)[name]) or "-" for name in DETAIL] for letter in letters]
    if not printing.is_screen():
        printing.print_table(DETAIL, rows)
        return
    for letter in letters:
        name = describe(letter)["reference"] or "no application"
        back = f", replayed {_format_times(letter.replays)}" if letter.replays else ""
        printing.print_paragraph(f"{letter.id}  {letter.queue}", "bold")
        printing.print_paragraph(f"{name}, {format_age(letter.since, clock.now())}{back}: {letter.reason}", indent=4)


def print_groups(found: list[DeadLetterGroup], *, json: bool) -> None:
    """Prints the groups."""
    if json:
        printing.print_json([asdict(group) for group in found])
        return
    if not printing.is_screen():
        columns = ("count", "queue", "type", "first", "last", "replays", "reason")
        printing.print_table(
            columns, [[format_value(asdict(group)[name]) or "-" for name in columns] for group in found]
        )
        return
    now = clock.now()
    for group in found:
        back = f", replayed up to {_format_times(group.replays)}" if group.replays else ""
        times = f"first {format_age(group.first, now)}, last {format_age(group.last, now)}{back}"
        printing.print_paragraph(f"{group.count:>6,}  {group.queue}  {group.type}", "bold")
        printing.print_paragraph(group.reason, indent=8)
        printing.print_paragraph(times, "dim", indent=8)


def _format_times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
