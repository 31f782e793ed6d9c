"""What people read about dead letters, on a terminal and in the browser: sentences."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from services.console.dead_letters.action_result import ActionResult
from services.console.dead_letters.dead_letter import SEALED, DeadLetter
from services.console.dead_letters.prospects import Prospect
from services.console.output.formatting import format_age, format_time
from shared import clock
from shared.domain import reference
from shared.domain.errors import ContractBroken, PermanentFailure, TransientFailure

FAILURES = {
    PermanentFailure.__name__: "a permanent failure: it does not pass by itself",
    TransientFailure.__name__: "a transient failure, which lasted too long",
    ContractBroken.__name__: "its sender's fault, or a wrong key's: acectl doctor compares keys",
}
"""What people read for our own exceptions. Any other is a bug, and its name helps to find it."""


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
        yield f"Operators sent it back {format_times(letter.replays)} already."
    if letter.application and body is None:
        yield f"The application's id is {letter.application}."
    if body is None:
        yield "Its contents are not shown, because they break the contract."
    else:
        clear = ", ".join(f"{name} {value}" for name, value in body.items() if value != SEALED)
        sealed = ", ".join(name for name, value in body.items() if value == SEALED)
        yield f"It says in clear: {clear or 'nothing'}. Sealed: {sealed or 'nothing'}."


def _format_moment(at: datetime | None) -> str:
    return f"{format_time(at)} ({format_age(at, clock.now())})" if at else "at a time that is not known"


def describe_result(result: ActionResult, *, is_replay: bool) -> Iterator[str]:
    """What was passed over, what a replay can still help or not, and how many must begin anew: a sentence each."""
    for reason in result.passed_over:
        yield f"passed over: {reason}"
    if helped := result.prospects.get(Prospect.HELPS, 0):
        until = f" until {format_time(result.helps_until)}" if result.helps_until else ""
        yield f"{helped:,} a replay can still help{until}"
    for prospect, count in result.prospects.items():
        if prospect is not Prospect.HELPS:
            yield f"{count:,} a replay cannot help ({prospect}){', so they are kept' if is_replay else ''}"
    if people := len(result.start_again):
        yield "1 person must begin anew" if people == 1 else f"{people:,} people must begin anew"


def format_times(count: int) -> str:
    """How often, in words."""
    return "once" if count == 1 else f"{count} times"
