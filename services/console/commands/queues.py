"""`acectl queues`: how the queues stand, once."""

from typing import Annotated

import typer

from services.console.checks.starting import find_starter
from services.console.checks.verdict import Verdict
from services.console.command_line import options
from services.console.command_line.groups import make_app
from services.console.command_line.running import run
from services.console.health import screen
from services.console.health.facts import Failure
from services.console.health.judge import judge_health
from services.console.health.observer import observe
from services.console.output import printing
from services.console.output.exit_codes import ExitCode, complain
from services.console.queues import queue_lines, queue_statistics, queue_table, reading
from services.console.servers.broker import connect_broker
from shared.messaging.broker_limits import DELIVERY_LIMIT
from shared.settings.console import ConsoleSettings

app = make_app()


@app.command()
def queues(
    peek: Annotated[
        bool,
        typer.Option(
            help="Look at each queue's first message, for its age. "
            f"That counts as one of its {DELIVERY_LIMIT} deliveries."
        ),
    ] = False,
    json: options.JSON = False,
) -> None:
    """Show every queue."""

    async def work(settings: ConsoleSettings) -> ExitCode:
        async with observe(settings, peek=peek) as observer:
            facts = await observer.look()
        health, broker = judge_health(facts, find_starter(settings)), facts.broker
        if isinstance(broker, Failure):
            if json:
                printing.print_json({"health": screen.as_dict(health), "queues": [], "delays": {}})
            else:
                printing.print_lines(*screen.draw_health(health))
            complain(broker.says)
            return ExitCode.UNAVAILABLE
        if broker.management:
            complain(
                f"warning: {broker.management}: nobody can tell what is unacknowledged, rates, and what is held back "
                "(messages_dlx)"
            )
        async with connect_broker(settings) as connection:
            waits = await reading.count_waiting(connection, broker.queues)
        if waits is None:
            complain(
                "warning: somebody else looks at the delays, or one does not answer: what waits there is not shown"
            )
        seen = queue_lines.summarize_queues(broker.queues, waits, broker.ages)
        if json:
            delays = queue_statistics.summarize_delays(broker.queues)
            told = {"health": screen.as_dict(health), "queues": queue_lines.as_dicts(seen), "delays": delays}
            printing.print_json(told)
        else:
            printing.print_lines(*screen.draw_health(health), "", *queue_table.draw_queues(seen, broker.queues))
        return ExitCode.INCOMPLETE if health.verdict is Verdict.BAD else ExitCode.DONE

    run(ConsoleSettings, work)
