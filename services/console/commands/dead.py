"""`acectl dead`: the dead letters; sending them back and throwing them away."""

from typing import Annotated, Any

import typer

from services.console.command_line.dead_letter_options import ActionOptions, Filters
from services.console.command_line.groups import make_group
from services.console.command_line.option_sets import spread_options
from services.console.command_line.options import JSON
from services.console.command_line.running import run
from services.console.dead_letters import listing
from services.console.dead_letters.dead_letter import DeadLetter, read_body
from services.console.dead_letters.selection import Wanted, group_dead_letters, hold_dead_letters
from services.console.output import printing
from services.console.output.exit_codes import ExitCode, Unavailable, complain
from services.console.servers.broker import connect_broker
from shared.messaging.amqp import read_user
from shared.settings.console import ConsoleSettings

app = make_group()

ID = Annotated[str | None, typer.Argument(metavar="ID", help="One message, by its id (acectl dead list --each).")]


@app.command("list")
@spread_options
def list_dead_letters(
    *,
    filters: Filters,
    each: Annotated[bool, typer.Option("--each", help="Each message for itself, with its id.")] = False,
    json: JSON = False,
) -> None:
    """List the dead letters: in groups of one queue, type and reason, or each."""

    async def work(settings: ConsoleSettings) -> ExitCode:
        letters, unseen = await _look(settings, filters.select())
        for reason in unseen:
            complain(reason)
        if each:
            listing.print_each(letters, json=json)
        else:
            listing.print_groups(group_dead_letters(letters), json=json)
        if unseen:
            return ExitCode.UNAVAILABLE
        if not letters:
            complain("no dead letter")
        return ExitCode.DONE if letters else ExitCode.INCOMPLETE

    run(ConsoleSettings, work)


@app.command()
def show(
    id: Annotated[str, typer.Argument(metavar="ID", help="The message's id.")],
    json: JSON = False,
) -> None:
    """Show a dead letter: all that may be known without opening what is sealed in it."""

    async def work(settings: ConsoleSettings) -> ExitCode:
        found: list[dict[str, Any]] = []
        async with connect_broker(settings) as connection:
            for queue in Wanted().queues:
                ours = {queue.service, read_user(settings.need("rabbitmq_url"))}
                async with hold_dead_letters(connection, queue, ours) as letters:
                    meant = [each for each in letters if each.letter.id == id]
                    found += [{**listing.describe(each.letter), "body": read_body(each.raw)} for each in meant]
        if not found:
            complain("there is no such dead letter")
            return ExitCode.INCOMPLETE
        if json:
            printing.print_json(found)
        else:
            listing.print_all(found)
        return ExitCode.DONE

    run(ConsoleSettings, work)


@app.command()
@spread_options
def replay(id: ID = None, *, filters: Filters, options: ActionOptions) -> None:
    """Send dead letters back to their queues: one, a group, or all. Safe to repeat.

    Those that can no longer help are kept, and a line says how many people must start again.
    """
    _act("replay", filters.select(id), options)


@app.command()
@spread_options
def discard(
    id: ID = None,
    *,
    filters: Filters,
    hopeless: Annotated[
        bool, typer.Option("--hopeless", help="Only those that a replay cannot help any more.")
    ] = False,
    options: ActionOptions,
) -> None:
    """Throw dead letters away for good: one, a group, or all. Needs --reason."""
    if not options.dry_run and not (options.reason or "").strip():
        raise typer.BadParameter("say why, with --reason: it is written down")
    _act("discard", filters.select(id, hopeless=hopeless), options)


def _act(action: str, wanted: Wanted, options: ActionOptions) -> None:
    if options.all != wanted.is_all:
        group = "--queue, --type, --matching, --application; for discard, --hopeless"
        raise typer.BadParameter(f"name a message, or a group ({group}), or --all")
    from services.console.command_line.dead_letter_actions import act  # noqa: PLC0415  # a listing needs no database

    run(ConsoleSettings, lambda settings: act(settings, action, wanted, options))


async def _look(settings: ConsoleSettings, wanted: Wanted) -> tuple[list[DeadLetter], list[str]]:
    """The selected dead letters, and why some queues could not be read."""
    found: list[DeadLetter] = []
    unseen: list[str] = []
    async with connect_broker(settings) as connection:
        for queue in wanted.queues:
            try:
                ours = {queue.service, read_user(settings.need("rabbitmq_url"))}
                async with hold_dead_letters(connection, queue, ours) as letters:
                    found += [each.letter for each in letters if wanted.matches(each.letter)]
            except Unavailable as error:
                unseen.append(str(error))
    return found, unseen
