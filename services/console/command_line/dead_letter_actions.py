"""What `acectl dead replay` and `acectl dead discard` do, and how they report it."""

from contextlib import AsyncExitStack

from rich.text import Text

from services.console.command_line.dead_letter_options import ActionOptions
from services.console.command_line.options import name_operator
from services.console.dead_letters.action_result import ActionResult
from services.console.dead_letters.audit_log import announce
from services.console.dead_letters.pace import USUAL_RATE
from services.console.dead_letters.prospects import Prospect
from services.console.dead_letters.replay import DISCARD, REPLAY, DeadLetterActions, Operator
from services.console.dead_letters.selection import Wanted
from services.console.dead_letters.sentences import describe_result
from services.console.output import printing
from services.console.output.exit_codes import ExitCode, complain
from services.console.servers.broker import connect_broker
from services.console.servers.database import open_database
from shared.messaging.amqp import read_user
from shared.settings.console import ConsoleSettings


async def act(settings: ConsoleSettings, action: str, wanted: Wanted, options: ActionOptions) -> ExitCode:
    """Replays or discards the selected dead letters, or only counts them."""
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(open_database(settings))
        connection = await stack.enter_async_context(connect_broker(settings))
        operator = Operator(name_operator(options.operator), read_user(settings.need("rabbitmq_url")), options.reason)
        rate = options.rate or (USUAL_RATE if action == REPLAY else None)
        actions = DeadLetterActions(connection, database.collections, operator, rate=rate, tell=announce)
        if options.dry_run:
            result = await actions.preview(wanted, action)
        elif action == REPLAY:
            result = await actions.replay(wanted)
        else:
            result = await actions.discard(wanted)
    _report(result, dry_run=options.dry_run, json=options.json)
    if result.passed_over:
        return ExitCode.UNAVAILABLE
    return ExitCode.DONE if result.found and not result.kept else ExitCode.INCOMPLETE


def _report(result: ActionResult, *, dry_run: bool, json: bool) -> None:
    """Reports what was done queue by queue, what a replay can still help, and who has to start again."""
    if json:
        counts = {"done": result.done, "kept": result.kept, "by_queue": result.found}
        counts |= {"can_help": result.prospects.get(Prospect.HELPS, 0), "helps_until": result.helps_until}
        counts |= {"hopeless": result.hopeless, "must_start_again": len(result.start_again)}
        counts["passed_over"] = result.passed_over
        printing.print_json({"action": result.action, "dry_run": dry_run, **counts})
        return
    done = {REPLAY: "sent back", DISCARD: "thrown away"}[result.action]
    for queue, count in result.found.items():
        if count:
            printing.print_lines(Text(f"{queue}: {count:,} {'would be ' if dry_run else ''}{done}"))
    if not result.found and not result.kept and not result.passed_over:
        complain("no dead letter matches")
    for line in describe_result(result, is_replay=result.action == REPLAY):
        complain(line)
    if result.hopeless and result.action == REPLAY:
        complain("throw those away once nobody needs them: acectl dead discard --hopeless --reason TEXT")
    if others := result.kept - (result.hopeless if result.action == REPLAY else 0):
        complain(f"{others:,} kept among the dead letters, see above")
