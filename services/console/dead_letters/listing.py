"""Prints dead letters in groups or one by one, for a person or as JSON."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from services.console.dead_letters.dead_letter import SEALED, DeadLetter
from services.console.dead_letters.selection import DeadLetterGroup
from services.console.output import printing
from services.console.output.formatting import format_age, format_time
from shared import clock
from shared.domain import reference
from shared.domain.errors import PermanentFailure, TransientFailure

FAILURES = {
    PermanentFailure.__name__: "a permanent failure: it does not pass by itself",
    TransientFailure.__name__: "a transient failure, which lasted too long",
}
"""What people read for our own exceptions. Any other is a bug, and its name helps to find it."""


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


def tell(letter: DeadLetter, body: Mapping[str, str] | None) -> Iterator[str]:
    """A dead letter in sentences."""
    about = f"application {reference.derive(letter.application)}" if letter.application else "no application"
    yield f"A message {letter.type} for {letter.queue}, about {about}."
    who = "The broker" if letter.by_broker else "Its worker"
    tries = f" after {letter.attempts + 1} attempts" if letter.attempts else ""
    yield f"{who} gave it up {_format_moment(letter.parked_at)}{tries}: {letter.reason}."
    if letter.exception:
        yield f"That is {FAILURES.get(letter.exception, f'a bug in this service ({letter.exception})')}."
    sender = letter.sender or "somebody for whom none of our users vouches"
    yield f"First published {_format_moment(letter.published_at)} by {sender}; {letter.size:,} bytes."
    if letter.replays:
        yield f"Operators sent it back {_format_times(letter.replays)} already."
    if letter.application and body is None:
        yield f"The application's id is {letter.application}."
    if body is None:
        yield "Its contents are not shown, because they break the contract."
    else:
        clear = ", ".join(f"{name} {value}" for name, value in body.items() if value != SEALED)
        sealed = ", ".join(name for name, value in body.items() if value == SEALED)
        yield f"It says in clear: {clear or 'nothing'}. Sealed: {sealed or 'nothing'}."
    yield f"Whether a replay can still help: acectl dead replay {letter.id} --dry-run"


def _format_moment(at: datetime | None) -> str:
    return f"{format_time(at)} ({format_age(at, clock.now())})" if at else "at a time that is not known"


def print_each(letters: Sequence[DeadLetter], *, json: bool) -> None:
    """Prints each dead letter."""
    if json:
        printing.print_json([describe(letter) for letter in letters])
        return
    for letter in letters:
        name = describe(letter)["reference"] or "no application"
        back = f", replayed {_format_times(letter.replays)}" if letter.replays else ""
        printing.print_paragraph(f"{letter.id}  {letter.queue}  {letter.type}", "bold")
        printing.print_paragraph(letter.reason, indent=4)
        printing.print_paragraph(f"{name}, {_format_since(letter.since)}{back}", "dim", indent=4)


def print_groups(found: Sequence[DeadLetterGroup], *, json: bool) -> None:
    """Prints the groups."""
    if json:
        printing.print_json([asdict(group) for group in found])
        return
    for group in found:
        back = f", replayed up to {_format_times(group.replays)}" if group.replays else ""
        times = f"first {_format_since(group.first)}, last {_format_since(group.last)}{back}"
        printing.print_paragraph(f"{group.count:>6,}  {group.queue}  {group.type}", "bold")
        printing.print_paragraph(group.reason, indent=8)
        printing.print_paragraph(times, "dim", indent=8)


def _format_since(at: datetime | None) -> str:
    """How long ago, for a person who looks at it now; the time, for a file that is read later."""
    return format_age(at, clock.now()) if printing.is_screen() else format_time(at)


def _format_times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
