"""Prints dead letters in groups or one by one, for a person or as JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from services.console.dead_letters.dead_letter import DeadLetter
from services.console.dead_letters.selection import DeadLetterGroup
from services.console.dead_letters.sentences import format_times, tell
from services.console.output import printing
from services.console.output.formatting import format_age, format_time
from shared import clock
from shared.domain import reference


def describe(letter: DeadLetter) -> dict[str, Any]:
    """A dead letter, ready to print."""
    name = reference.derive(letter.application) if letter.application else None
    return {**asdict(letter), "reference": name, "since": letter.since}


def print_all(found: Sequence[tuple[DeadLetter, Mapping[str, str] | None]], *, json: bool) -> None:
    """Prints dead letters in full, each with the fields of its body that can be shown."""
    if json:
        printing.print_json([{**describe(letter), "body": body} for letter, body in found])
        return
    for letter, body in found:
        printing.print_paragraph(letter.id, "bold")
        for sentence in tell(letter, body):
            printing.print_paragraph(sentence, indent=4)
        printing.print_paragraph(f"Whether a replay can still help: acectl dead replay {letter.id} --dry-run", indent=4)


def print_each(letters: Sequence[DeadLetter], *, json: bool) -> None:
    """Prints each dead letter."""
    if json:
        printing.print_json([describe(letter) for letter in letters])
        return
    for letter in letters:
        name = describe(letter)["reference"] or "no application"
        back = f", replayed {format_times(letter.replays)}" if letter.replays else ""
        printing.print_paragraph(f"{letter.id}  {letter.queue}  {letter.type}", "bold")
        printing.print_paragraph(letter.reason, indent=4)
        printing.print_paragraph(f"{name}, {_format_since(letter.since)}{back}", "dim", indent=4)


def print_groups(found: Sequence[DeadLetterGroup], *, json: bool) -> None:
    """Prints the groups."""
    if json:
        printing.print_json([asdict(group) for group in found])
        return
    for group in found:
        back = f", replayed up to {format_times(group.replays)}" if group.replays else ""
        times = f"first {_format_since(group.first)}, last {_format_since(group.last)}{back}"
        printing.print_paragraph(f"{group.count:>6,}  {group.queue}  {group.type}", "bold")
        printing.print_paragraph(group.reason, indent=8)
        printing.print_paragraph(times, "dim", indent=8)


def _format_since(at: datetime | None) -> str:
    """How long ago, for a person who looks at it now; the time, for a file that is read later."""
    return format_age(at, clock.now()) if printing.is_screen() else format_time(at)
