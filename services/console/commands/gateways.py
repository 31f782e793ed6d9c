"""`acectl gateways`: web gateways of others, each with a broker user and keys of its own."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

import typer
from yarl import URL

from services.console.command_line import options
from services.console.command_line.groups import make_group
from services.console.command_line.running import run
from services.console.output import printing
from services.console.output.exit_codes import ExitCode, Unavailable, complain
from services.console.servers.database import open_database
from services.console.servers.management import explain_management_errors
from shared import clock
from shared.messaging.gateway_users import GatewayUsers, NameTaken
from shared.messaging.management import make_client
from shared.security.command_seals import derive_gateway_ring
from shared.settings.console import GatewayUserSettings
from shared.settings.loading import load_key_ring
from shared.storage.audit import make_entry

app = make_group()

Name = Annotated[str, typer.Argument(metavar="NAME", help="The gateway's broker user: a-z, 0-9 and -.")]


@app.command()
def add(name: Name, *, reason: options.Reason = None, operator: options.As = None, json: options.JSON = False) -> None:
    """Create a gateway's broker user, and print once what its author needs. Needs --reason."""
    why = options.need_reason(reason)

    async def work(settings: GatewayUserSettings) -> ExitCode:
        ring = derive_gateway_ring(load_key_ring(settings, "gateways"), name)
        password = secrets.token_urlsafe(24)
        async with _manage(settings) as users:
            try:
                await users.check_name(name)
            except NameTaken as error:
                complain(str(error))
                return ExitCode.INCOMPLETE
            await _write_down(settings, name, "add-gateway", options.name_operator(operator), why)
            await users.add(name, password)
        needed = {
            "ACE_RABBITMQ_URL": make_url(settings.need("rabbitmq_url"), name, password),
            "ACE_KEYS_COMMANDS": ring.write(),
        }
        if settings.keys_network:
            needed["ACE_KEYS_NETWORK"] = settings.need("keys_network")
        if json:
            printing.print_json(needed)
        else:
            for setting, value in needed.items():
                typer.echo(f"{setting}={value}")
        complain("keep this like a password; it is not shown again. docs/contracts.md says how to use it")
        return ExitCode.DONE

    run(GatewayUserSettings, work)


@app.command("list")
def list_(*, json: options.JSON = False) -> None:
    """List the gateways of others, with their connections."""

    async def work(settings: GatewayUserSettings) -> ExitCode:
        async with _manage(settings) as users:
            found = await users.list_all()
        if json:
            printing.print_json([vars(user) for user in found])
        elif found:
            rows = [(user.name, "removed" if user.removed else "active", str(user.connections)) for user in found]
            printing.print_table(("GATEWAY", "STATE", "CONNECTIONS"), rows)
        else:
            complain("there is no gateway but our own form")
        return ExitCode.DONE

    run(GatewayUserSettings, work)


@app.command()
def remove(
    name: Name, *, reason: options.Reason = None, operator: options.As = None, json: options.JSON = False
) -> None:
    """Shut a gateway out at once and for good; what it sent before goes on. Needs --reason."""
    why = options.need_reason(reason)

    async def work(settings: GatewayUserSettings) -> ExitCode:
        async with _manage(settings) as users:
            removed = await users.is_gateway(name)
            if removed:
                await _write_down(settings, name, "remove-gateway", options.name_operator(operator), why)
                await users.remove(name)
        if json:
            printing.print_json({"gateway": name, "removed": removed})
        elif removed:
            printing.print_paragraph(f"{name} is removed: its password, its permissions and its connections are gone")
        if not removed:
            complain(f"there is no gateway {name}: acectl gateways list")
        return ExitCode.DONE if removed else ExitCode.INCOMPLETE

    run(GatewayUserSettings, work)


def make_url(broker: str, user: str, password: str) -> str:
    """The broker's URL for another user. It names the virtual host: to some AMQP clients a bare slash does not."""
    url = URL(broker).with_user(user).with_password(password)
    return str(url.with_path("/%2F", encoded=True, keep_query=True) if url.raw_path == "/" else url)


@asynccontextmanager
async def _manage(settings: GatewayUserSettings) -> AsyncIterator[GatewayUsers]:
    if settings.rabbitmq_management_url is None:
        raise Unavailable("users are created through the management interface: set ACE_RABBITMQ_MANAGEMENT_URL")
    broker = settings.need("rabbitmq_url")
    with explain_management_errors():
        async with make_client(str(settings.rabbitmq_management_url), broker) as api:
            yield GatewayUsers(api, broker)


async def _write_down(settings: GatewayUserSettings, name: str, action: str, operator: str, why: str) -> None:
    """Adds to the audit, before anything is done."""
    entry = make_entry(operator, action, "gateway", f"the gateway {name}", clock.now(), why=why)
    async with open_database(settings) as database:
        await database.collections.audit.add([entry])
