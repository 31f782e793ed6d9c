"""Dead letters as an operator reads them: by the group or each, on a screen, in a pipe, or as JSON."""

from dataclasses import asdict
from typing import Any

from services.console.dead_letters.dead_letter import DeadLetter
from services.console.dead_letters.selection import Group
from services.console.output import printing
from shared import clock
from shared.domain import reference

DETAIL = ("id", "queue", "type", "reference", "since", "attempts", "replays", "reason")


def line(letter: DeadLetter) -> dict[str, Any]:
    """A dead letter as it may be shown."""
    name = reference.of(letter.application) if letter.application else None
    return {**asdict(letter), "reference": name, "since": letter.since}


def whole(found: list[dict[str, Any]]) -> None:
    """Prints all about dead letters: what `line` gave, and under ``body`` what of it may be told."""
    for letter in found:
        told = letter["body"]
        said = {f"says {name}": value for name, value in told.items()} if told else {"says": "breaks its contract"}
        facts = {name: value for name, value in {**letter, **said}.items() if name != "body"}
        printing.facts({name.replace("_", " "): shown(value) for name, value in facts.items()})


def each(letters: list[DeadLetter], *, json: bool) -> None:
    """Prints each dead letter."""
    if json:
        printing.as_json([line(letter) for letter in letters])
        return
    rows = [[shown(line(letter)[name]) or "-" for name in DETAIL] for letter in letters]
    if not printing.is_screen():
        printing.table(DETAIL, rows)
        return
    for letter in letters:
        name = line(letter)["reference"] or "no application"
        back = f", sent back {_times(letter.replays)}" if letter.replays else ""
        printing.paragraph(f"{letter.id}  {letter.queue}", "bold")
        printing.paragraph(f"{name}, {printing.ago(letter.since, clock.now())}{back}: {letter.reason}", indent=4)


def groups(found: list[Group], *, json: bool) -> None:
    """Prints the groups."""
    if json:
        printing.as_json([asdict(group) for group in found])
        return
    if not printing.is_screen():
        columns = ("count", "queue", "type", "first", "last", "replays", "reason")
        printing.table(columns, [[shown(asdict(group)[name]) or "-" for name in columns] for group in found])
        return
    now = clock.now()
    for group in found:
        back = f", sent back up to {_times(group.replays)}" if group.replays else ""
        times = f"first {printing.ago(group.first, now)}, last {printing.ago(group.last, now)}{back}"
        printing.paragraph(f"{group.count:>6,}  {group.queue}  {group.type}", "bold")
        printing.paragraph(group.reason, indent=8)
        printing.paragraph(times, "dim", indent=8)


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def shown(value: Any) -> str | None:
    """A value as a person reads it; None where there is nothing to say."""
    if value is None or value == "":
        return None
    return printing.when(value) if hasattr(value, "tzinfo") else str(value)
