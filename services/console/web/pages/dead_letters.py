"""Dead letters: in groups, one group, and one for itself."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from starlette.responses import Response

from services.console.dead_letters.dead_letter import HeldDeadLetter, can_be_replayed, read_body
from services.console.dead_letters.judging import judge_dead_letters
from services.console.dead_letters.listing import describe
from services.console.dead_letters.prospects import Prospect
from services.console.dead_letters.selection import (
    WITH_DEAD_LETTERS,
    DeadLetterGroup,
    Wanted,
    group_dead_letters,
)
from services.console.dead_letters.sentences import tell
from services.console.output.exit_codes import NotFound
from services.console.web.access.visit import Visit
from shared.storage.audit import LOOK_UP

JUDGED, LISTED = 500, 100
"""How many dead letters a page judges, which costs two reads each, and how many it lists."""


@dataclass
class GroupLine:
    """A group, and what replaying its members would achieve."""

    group: DeadLetterGroup
    prospects: Counter[Prospect] = field(default_factory=Counter)
    judged: int = 0
    """How many of its members were looked at."""


async def show(visit: Visit) -> Response:
    """All groups, the largest first."""
    dead_letters = visit.dependencies.dead_letters
    found, unread = await dead_letters.read(Wanted())
    lines = await _judge_groups(visit, found)
    return visit.show(
        "dead_letters.html",
        lines=lines,
        unread=unread,
        action=dead_letters.latest,
        total=len(found),
        everything=Wanted(),
    )


async def show_group(visit: Visit) -> Response:
    """A group's members, or all of a queue: the oldest first."""
    wanted = read_wanted(visit.request.query_params)
    found = await _read(visit, wanted)
    found.sort(key=lambda dead: (dead.letter.since is not None, dead.letter.since or visit.now))
    letters = [dead.letter for dead in found[:LISTED]]
    outlooks = await judge_dead_letters(visit.dependencies.database.collections, letters, visit.now)
    members = [
        {**describe(letter), "prospect": outlook.prospect} for letter, outlook in zip(letters, outlooks, strict=True)
    ]
    return visit.show("dead_letter_group.html", wanted=wanted, members=members, total=len(found))


async def show_letter(visit: Visit) -> Response:
    """One dead letter in sentences, without what is sealed in it. That somebody looked is in the audit."""
    wanted = read_wanted(visit.request.query_params)
    dead = (await _read(visit, wanted))[0]
    letter = dead.letter
    if letter.application:
        await visit.record(LOOK_UP, "dead letter", f"by its id {letter.id}", application=letter.application)
    [outlook] = await judge_dead_letters(visit.dependencies.database.collections, [letter], visit.now)
    return visit.show(
        "dead_letter.html",
        wanted=wanted,
        letter=letter,
        said=[*tell(letter, read_body(dead.raw))],
        outlook=outlook,
        may_go_back=can_be_replayed(letter),
    )


def read_wanted(fields: Mapping[str, str]) -> Wanted:
    """The dead letters of one queue that an address or a form names. Raises `NotFound`."""
    queue = fields.get("queue", "")
    if queue not in {each.name for each in WITH_DEAD_LETTERS}:
        raise NotFound("there is no such queue, or it has no dead letters")
    names = {name: fields.get(name) or None for name in ("id", "type", "reason")}
    return Wanted(queue=queue, hopeless="hopeless" in fields, **names)


async def _read(visit: Visit, wanted: Wanted) -> list[HeldDeadLetter]:
    """At least one. Raises `NotFound`, `Unavailable`."""
    found, unread = await visit.dependencies.dead_letters.read(wanted)
    if unread:
        raise unread[0]
    if not found:
        raise NotFound("there are no such dead letters any more: they were sent back or thrown away")
    return found


async def _judge_groups(visit: Visit, found: Sequence[HeldDeadLetter]) -> list[GroupLine]:
    """The groups, with what is stored about the first `JUDGED` dead letters."""
    letters = [dead.letter for dead in found]
    lines = {(group.queue, group.type, group.reason): GroupLine(group) for group in group_dead_letters(letters)}
    outlooks = await judge_dead_letters(visit.dependencies.database.collections, letters[:JUDGED], visit.now)
    for letter, outlook in zip(letters, outlooks, strict=False):
        line = lines[letter.queue, letter.type, letter.reason]
        line.prospects[outlook.prospect] += 1
        line.judged += 1
    return [*lines.values()]
