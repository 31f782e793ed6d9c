"""`acectl topology`: exchanges, queues, policies and users of the broker."""

import asyncio
import json
import sys
from typing import Annotated

import typer

from services.console.command_line.groups import make_group
from services.console.command_line.running import run
from services.console.output.deadline import note_progress
from services.console.output.exit_codes import ExitCode, complain
from services.console.servers.broker import explain_broker_errors
from services.console.servers.management import explain_management_errors
from shared.messaging import broker_admin
from shared.messaging.permissions import PERMISSIONS
from shared.settings.console import ConsoleSettings, read_passwords

app = make_group()

PATIENCE = 10
"""Seconds that declaring everything may take."""


@app.command()
def apply() -> None:
    """Make what is missing on the broker. Safe to repeat."""

    async def work(settings: ConsoleSettings) -> ExitCode:
        broker = settings.need("rabbitmq_url")
        await _declare(broker)
        note_progress()
        if settings.rabbitmq_management_url is None:
            complain(
                "warning: ACE_RABBITMQ_MANAGEMENT_URL is not set: queues are there, but neither policies "
                "and limits nor the services' users are set"
            )
            return ExitCode.DONE
        passwords = read_passwords(settings, "broker", PERMISSIONS)
        await _administer(str(settings.rabbitmq_management_url), broker, passwords)
        return ExitCode.DONE

    run(ConsoleSettings, work)


@app.command()
def show(
    configuration: Annotated[bool, typer.Option("--configuration", help="Print lines for rabbitmq.conf.")] = False,
    advanced: Annotated[bool, typer.Option("--advanced", help="Print advanced.config.")] = False,
) -> None:
    """Print the topology as the broker's definitions file; no server is asked."""
    if configuration:
        sys.stdout.write(broker_admin.make_configuration())
        return
    if advanced:
        sys.stdout.write(broker_admin.make_advanced_configuration())
        return
    json.dump(broker_admin.make_definitions(), sys.stdout, indent=2)
    sys.stdout.write("\n")


async def _declare(url: str) -> None:
    with explain_broker_errors():
        async with asyncio.timeout(PATIENCE):
            await broker_admin.declare(url)


async def _administer(management_url: str, broker_url: str, passwords: dict[str, str]) -> None:
    with explain_management_errors():
        await broker_admin.administer(management_url, broker_url, passwords)
