"""`acectl dead`: the dead letters; sending them back and throwing them away."""

from collections.abc import Sequence
from typing import Annotated

import typer

from services.console.command_line.dead_letter_options import ActionOptions, Filters
from services.console.command_line.groups import make_group
from services.console.command_line.option_sets import spread_options
from services.console.command_line.options import JSON, As, need_reason
from services.console.command_line.running import run
from services.console.dead_letters import listing
from services.console.dead_letters.dead_letter import read_body
from services.console.dead_letters.reading import read_selected
from services.console.dead_letters.selection import Wanted, group_dead_letters
from services.console.output.exit_codes import ExitCode, Unavailable, complain
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
        found, unread = await read_selected(settings, filters.select())
        letters = [dead.letter for dead in found]
        if each:
            listing.print_each(letters, json=json)
        else:
            listing.print_groups(group_dead_letters(letters), json=json)
        if not letters:
            complain("there are no such dead letters")
        return _end(ExitCode.DONE, unread)

    run(ConsoleSettings, work)


@app.command()
def show(
    id: Annotated[str, typer.Argument(metavar="ID", help="The message's id.")],
    *,
    operator: As = None,
    json: JSON = False,
) -> None:
    """Show a dead letter: all that may be known without opening what is sealed in it. The audit keeps who looked."""
    from services.console.command_line.dead_letter_look_ups import record_dead_letters  # noqa: PLC0415  # needs a database

    async def work(settings: ConsoleSettings) -> ExitCode:
        found, unread = await read_selected(settings, Wanted(id=id))
        if about := [dead.letter for dead in found if dead.letter.application]:
            await record_dead_letters(settings, operator, about)
        if found:
            listing.print_all([(dead.letter, read_body(dead.raw)) for dead in found], json=json)
        else:
            complain("there is no such dead letter")
        return _end(ExitCode.DONE if found else ExitCode.INCOMPLETE, unread)

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
    if not options.dry_run:
        need_reason(options.reason)
    _act("discard", filters.select(id, hopeless=hopeless), options)


def _act(action: str, wanted: Wanted, options: ActionOptions) -> None:
    if options.all != wanted.is_all:
        group = "--queue, --type, --matching, --application; for discard, --hopeless"
        raise typer.BadParameter(f"name a message, or a group ({group}), or --all")
    from services.console.command_line.dead_letter_actions import act  # noqa: PLC0415  # a listing needs no database

    run(ConsoleSettings, lambda settings: act(settings, action, wanted, options))


def _end(code: ExitCode, unread: Sequence[Unavailable]) -> ExitCode:
    """The exit code of what was read, unless a part could not be."""
    for reason in unread:
        complain(str(reason))
    return ExitCode.UNAVAILABLE if unread else code
