"""`acectl dead`: the dead letters; sending them back and throwing them away."""

from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Annotated, Any

import typer
from rich.text import Text

from services.console.commands import options
from services.console.commands.audit import tell
from services.console.dead_letters import listing
from services.console.dead_letters.dead_letter import DeadLetter, told
from services.console.dead_letters.replay import DISCARD, REPLAY, Mending, Operator, Tally
from services.console.dead_letters.selection import Wanted, grouped, held
from services.console.output import printing
from services.console.output.exit_codes import Ending, Unavailable, complain, run
from services.console.servers.broker import connected
from services.console.servers.database import opened
from shared.messaging.connection import user_of
from shared.settings import Settings

app = typer.Typer(
    help="Dead letters: messages that were parked because they can never be done, or not any more.",
    no_args_is_help=True,
)

ID = Annotated[str | None, typer.Argument(metavar="[ID]", help="One message, by its id (acectl dead list --each).")]
ALL = Annotated[bool, typer.Option("--all", help="All of them.")]
EACH = Annotated[bool, typer.Option("--each", help="Each message for itself, with its id.")]
HOPELESS = Annotated[bool, typer.Option("--hopeless", help="Only those that a replay cannot help any more.")]
WHY = Annotated[str | None, typer.Option("--reason", help="Why, for the audit.", metavar="TEXT")]


@app.command("list")
def list_(
    *,
    queue: options.Queue = None,
    type: options.Type = None,
    matching: options.Matching = None,
    about: options.About = None,
    each: EACH = False,
    json: options.JSON = False,
) -> None:
    """List the dead letters: in groups of one queue, type and reason, or each."""
    wanted = Wanted(queue=queue, type=type, matching=matching, application=about)

    async def work(settings: Settings) -> Ending:
        letters, unseen = await _letters(settings, wanted)
        for reason in unseen:
            complain(reason)
        if each:
            listing.each(letters, json=json)
        else:
            listing.groups(grouped(letters), json=json)
        if unseen:
            return Ending.UNAVAILABLE
        if not letters:
            complain("no dead letter")
        return Ending.DONE if letters else Ending.INCOMPLETE

    run(work)


@app.command()
def show(
    id: Annotated[str, typer.Argument(metavar="ID", help="The message's id.")],
    json: options.JSON = False,
) -> None:
    """Show a dead letter: all that may be known without opening what is sealed in it."""

    async def work(settings: Settings) -> Ending:
        found: list[dict[str, Any]] = []
        async with connected(settings) as connection:
            for queue in Wanted().queues:
                async with held(connection, queue, {queue.service, _user(settings)}) as letters:
                    meant = [each for each in letters if each.letter.id == id]
                    found += [{**listing.line(each.letter), "body": told(each.raw)} for each in meant]
        if not found:
            complain("there is no such dead letter")
            return Ending.INCOMPLETE
        if json:
            printing.as_json(found)
        else:
            listing.whole(found)
        return Ending.DONE

    run(work)


@app.command()
def replay(
    id: ID = None,
    *,
    queue: options.Queue = None,
    type: options.Type = None,
    matching: options.Matching = None,
    about: options.About = None,
    all: ALL = False,
    dry_run: options.DryRun = False,
    rate: options.Rate = None,
    reason: WHY = None,
    as_: options.As = None,
    json: options.JSON = False,
) -> None:
    """Send dead letters back to their queues: one, a group, or all. Safe to repeat.

    Those that can no longer help are kept, and it is said how many people must begin anew.
    """
    order = Order(
        action=REPLAY,
        all=all,
        dry_run=dry_run,
        rate=rate,
        operator=options.operator(as_),
        why=reason,
        json=json,
    )
    _do(order, Wanted(id, queue, type, matching, about))


@app.command()
def discard(
    id: ID = None,
    *,
    queue: options.Queue = None,
    type: options.Type = None,
    matching: options.Matching = None,
    about: options.About = None,
    all: ALL = False,
    dry_run: options.DryRun = False,
    hopeless: HOPELESS = False,
    rate: options.Rate = None,
    reason: WHY = None,
    as_: options.As = None,
    json: options.JSON = False,
) -> None:
    """Throw dead letters away for good: one, a group, or all. Needs --reason."""
    if not dry_run and not (reason or "").strip():
        raise typer.BadParameter("say why, with --reason: it is written down")
    order = Order(
        action=DISCARD,
        all=all,
        dry_run=dry_run,
        rate=rate,
        operator=options.operator(as_),
        why=reason,
        json=json,
    )
    _do(order, Wanted(id, queue, type, matching, about, hopeless))


@dataclass(frozen=True, kw_only=True)
class Order:
    """What an operator orders to be done, besides which dead letters are meant."""

    action: str
    all: bool
    dry_run: bool
    rate: float | None
    operator: str
    why: str | None
    json: bool


def _do(order: Order, wanted: Wanted) -> None:
    if order.all != wanted.is_all:
        group = "--queue, --type, --matching, --application; for discard, --hopeless"
        raise typer.BadParameter(f"name a message, or a group ({group}), or --all")

    async def work(settings: Settings) -> Ending:
        async with AsyncExitStack() as stack:
            records = await stack.enter_async_context(opened(settings))
            await records.database.ensure_indexes()
            connection = await stack.enter_async_context(connected(settings))
            operator = Operator(order.operator, _user(settings), order.why)
            mending = Mending(connection, records.database, operator, rate=order.rate, tell=tell)
            if order.dry_run:
                tally = await mending.would(wanted, order.action)
            elif order.action == REPLAY:
                tally = await mending.replay(wanted)
            else:
                tally = await mending.discard(wanted)
        _report(tally, dry_run=order.dry_run, json=order.json)
        return Ending.DONE if tally.found and not tally.kept else Ending.INCOMPLETE

    run(work)


def _report(tally: Tally, *, dry_run: bool, json: bool) -> None:
    """Says what was done, by queue."""
    if json:
        counts = {"done": tally.done, "kept": tally.kept, "by_queue": tally.found}
        counts |= {"hopeless": sum(tally.hopeless.values()), "must_begin_anew": len(tally.begin_anew)}
        printing.as_json({"action": tally.action, "dry_run": dry_run, **counts})
        return
    done = {REPLAY: "sent back", DISCARD: "thrown away"}[tally.action]
    for queue, count in tally.found.items():
        printing.lines(Text(f"{queue}: {count:,} {'would be ' if dry_run else ''}{done}"))
    if not tally.found and not tally.kept:
        complain("no dead letter is meant")
    for why, count in tally.hopeless.items():
        complain(f"{count:,} kept, because a replay cannot help any more ({why})")
    if tally.begin_anew:
        complain(f"people who must begin anew: {len(tally.begin_anew):,}")
    if tally.hopeless:
        complain("throw them away, once nobody needs them: acectl dead discard --hopeless --reason TEXT")
    if others := tally.kept - sum(tally.hopeless.values()):
        complain(f"{others:,} kept among the dead letters, see above")


async def _letters(settings: Settings, wanted: Wanted) -> tuple[list[DeadLetter], list[str]]:
    """The dead letters that are wanted, and why some queues could not be looked at."""
    found: list[DeadLetter] = []
    unseen: list[str] = []
    async with connected(settings) as connection:
        for queue in wanted.queues:
            try:
                async with held(connection, queue, {queue.service, _user(settings)}) as letters:
                    found += [each.letter for each in letters if wanted.means(each.letter)]
            except Unavailable as error:
                unseen.append(str(error))
    return found, unseen


def _user(settings: Settings) -> str:
    return user_of(settings.need("rabbitmq_url"))
