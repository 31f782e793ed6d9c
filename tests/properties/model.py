"""An application as described in the documents: one message at a time, each handled once. Knows none of the code.

What people were told and how the application ended must be the result of some order of their commands here.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

OPEN = ("requested", "awaiting-code", "verified")
SWEPT = {"awaiting-code": "swept", "verified": "swept-verified"}
"""Expired by the sweep. What arrived in time is still decided."""
CLOSED = ("abandoned", "expired", "locked")
FINAL = frozenset({"completed", "rejected", *CLOSED})
TRIES = 5
WORDS = {
    "abandoned": "session-over",
    "expired": "code-expired",
    "swept": "code-expired",
    "swept-verified": "code-expired",
    "locked": "application-locked",
}
"""The reply to a code once the application has ended."""

MAY_FOLLOW = {
    "requested": "rejected abandoned expired awaiting-code",
    "awaiting-code": "verified expired locked abandoned rejected",
    "verified": "submitted expired abandoned",
    "submitted": "provisioned rejected",
    "provisioned": "completed",
    "expired": "verified locked submitted",
}


@dataclass(frozen=True)
class At:
    """The state of an application."""

    state: str = "nothing"
    tries: int = 0
    problem: str | None = None


@dataclass(frozen=True)
class Said:
    """A command and one reply to it: ``accepted``, ``taken``, ``abandoned``, ``not-yet`` or a problem.

    `right`: the code is the application's own, or the grant is and the details are complete.
    """

    kind: str
    answer: str
    right: bool = False
    tries_left: int | None = None


def effects(at: At, said: Said) -> Iterator[At]:
    """Where a command that changed something, with this reply, may lead from here. Empty if it is impossible."""
    awaits, is_verified = at.state in ("awaiting-code", "swept"), at.state in ("verified", "swept-verified")
    match said.kind, said.answer:
        case "start", "accepted" if at.state in ("nothing", "placeholder"):
            yield At("requested")
        case "start", problem if at.state in ("nothing", "placeholder") and problem != "accepted":
            yield At("rejected", problem=problem)
        case "guess", "accepted" if awaits and said.right and at.tries < TRIES:
            yield At("verified", at.tries + 1)
        case "guess", "code-wrong" if awaits and not said.right and at.tries + 1 < TRIES:
            if said.tries_left == TRIES - at.tries - 1:
                yield replace(at, tries=at.tries + 1)
        case "guess", "application-locked" if awaits and at.tries == TRIES - 1 and not said.right:
            yield At("locked", TRIES)
        case "guess", "code-expired" if at.state == "awaiting-code":
            yield At("expired", at.tries)
        case ("guess", "delayed") if awaits:
            yield At("swept" if at.state == "swept" else "expired", at.tries, "delayed")
        case ("submit", "delayed") if is_verified:
            yield At("swept-verified" if at.state == "swept-verified" else "expired", at.tries, "delayed")
        case "submit", "taken" if is_verified and said.right:
            yield At("submitted", at.tries)
        case "submit", "session-over" if at.state == "verified":
            yield At("expired", at.tries)
        case "abandon", answer:
            yield from leave(at, answer)


def leave(at: At, answer: str) -> Iterator[At]:
    """Where going back leads that changed something. Of what was submitted, it notes that the session is over."""
    if answer == "abandoned" and at.state in ("nothing", "placeholder", *OPEN):
        yield At("abandoned", at.tries)
    if answer == "session-over" and at.state in ("submitted", "provisioned", "completed"):
        yield at


def fits(at: At, said: Said) -> bool:
    """Whether a command that changes nothing gets this reply here."""
    match said.kind:
        case "start":
            is_over = at.state in (*CLOSED, *SWEPT.values())
            over = at.problem if at.state == "rejected" else "session-over" if is_over else "accepted"
            return at.state != "nothing" and said.answer == over
        case "guess" if at.state in ("nothing", "placeholder", "requested"):
            return said.answer == "not-yet"
        case "guess" if said.answer == "delayed":
            return at.state == "swept" and at.problem == "delayed"
        case "guess":
            reason = at.problem if at.state == "rejected" else WORDS.get(at.state, "session-over")
            return said.answer == reason and at.state != "awaiting-code"
        case "submit" if said.answer == "delayed":
            return at.state == "swept-verified" and at.problem == "delayed"
        case "submit" if at.state in ("verified", "swept-verified") and said.answer == "field-invalid":
            return not said.right
        case "submit":
            return said.answer == "session-over" and (at.state != "verified" or not said.right)
    if at.state in ("submitted", "provisioned", "completed"):
        return said.answer == "session-over"
    return said.answer == "abandoned" and at.state not in ("nothing", *OPEN)


def by_itself(at: At) -> Iterator[At]:
    """What happens without a command: workers do their work, time runs out, a rival is first, an email is refused."""
    if at.state == "nothing":
        yield At("placeholder")
    if at.state == "requested":
        yield At("awaiting-code")
    if at.state == "awaiting-code":
        yield At("rejected", at.tries, "poc-email-refused")
    if at.state in ("placeholder", "requested"):
        yield At("expired", at.tries)
    if at.state in SWEPT:
        yield At(SWEPT[at.state], at.tries)
    if at.state == "submitted":
        yield At("provisioned", at.tries)
        yield At("rejected", at.tries, "importer-already-linked")
        yield At("rejected", at.tries, "email-in-use")
    if at.state == "provisioned":
        yield At("completed", at.tries)


def _tell(at: At) -> At:
    """How anybody is told of it. The placeholder of a parked start is reported as ``requested``."""
    if at.state in SWEPT.values():
        return replace(at, state="expired")
    return At("requested") if at.state == "placeholder" else at


def is_explained(changed: list[Said], unchanged: list[Said], end: At) -> bool:
    """Whether some order of the commands that changed something leads to this end, and every other reply fits it."""
    seen = set()
    todo = [(At(), frozenset(enumerate(changed)), frozenset(unchanged))]
    while todo:
        at, left, unfit = todo.pop()
        unfit = frozenset(said for said in unfit if not fits(at, said))
        if (at, left, unfit) in seen:
            continue
        seen.add((at, left, unfit))
        if _tell(at) == end and not left and not unfit:
            return True
        todo += [(then, left, unfit) for then in by_itself(at)]
        todo += [(then, left - {one}, unfit) for one in left for then in effects(at, one[1])]
    return False
