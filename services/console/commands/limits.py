"""`acectl limits`: what was counted about an importer, a name, an address or a network, and lifting it."""

from datetime import datetime
from typing import Annotated, Any

import typer

from services.console.command_line import options
from services.console.command_line.groups import make_group
from services.console.command_line.running import run
from services.console.limits import report
from services.console.limits.subject import Subject
from services.console.output import printing
from services.console.output.exit_codes import ExitCode, complain
from services.console.output.formatting import format_value
from services.console.servers.database import OpenDatabase, open_database
from shared import clock
from shared.security.fingerprints import BlindIndex
from shared.settings.console import LimitsSettings
from shared.settings.loading import load_key_ring
from shared.storage.audit import AuditEntry
from shared.storage.limits import Counted

app = make_group()

Number = Annotated[str | None, typer.Option("--importer", help="An importer record number.", metavar="IR#")]
Name = Annotated[str | None, typer.Option("--name", help="A company's name.", metavar="NAME")]
Address = Annotated[str | None, typer.Option("--address", help="An email address.", metavar="EMAIL")]
Network = Annotated[str | None, typer.Option("--network", help="A visitor's IP address.", metavar="ADDRESS")]


@app.command()
def show(
    importer: Number = None,
    name: Name = None,
    address: Address = None,
    network: Network = None,
    *,
    json: options.JSON = False,
) -> None:
    """Show what was counted about one importer, name, address or network, and what it leads to."""
    named = _need_one(importer, name, address, network)

    async def work(settings: LimitsSettings) -> ExitCode:
        subject = _read(settings, named)
        async with open_database(settings) as database:
            counted = await database.collections.limits.list_all(subject.keys, subject.beginnings)
            wrong_codes = await _count_wrong_codes(database, subject, counted)
        lines = report.describe(subject.find_limits(counted.tallies), counted, wrong_codes, clock.now())
        if json:
            printing.print_json(lines)
        elif lines:
            printing.print_table(
                [*lines[0]], [[format_value(value) or "-" for value in line.values()] for line in lines]
            )
        if not lines:
            complain(f"nothing was counted about {subject.shown}")
        return ExitCode.DONE

    run(LimitsSettings, work)


@app.command()
def lift(
    importer: Number = None,
    name: Name = None,
    address: Address = None,
    network: Network = None,
    *,
    reason: options.Reason = None,
    operator: options.As = None,
    json: options.JSON = False,
) -> None:
    """Forget what was counted about one importer, name, address or network. Needs --reason."""
    named = _need_one(importer, name, address, network)
    why = options.need_reason(reason)

    async def work(settings: LimitsSettings) -> ExitCode:
        subject = _read(settings, named)
        async with open_database(settings) as database:
            counted = await database.collections.limits.list_all(subject.keys, subject.beginnings)
            keys = [*counted.tallies, *counted.codes]
            is_counted = bool(keys or await _count_wrong_codes(database, subject, counted))
            if is_counted:
                entry = _make_entry(subject, len(keys), options.name_operator(operator), why, clock.now())
                await database.collections.audit.add([entry])
                await database.collections.limits.forget(keys)
                if subject.asked.importer:
                    await database.collections.limits.lift(subject.asked.importer, clock.now())
        if json:
            printing.print_json({"subject": subject.shown, "forgotten": len(keys)})
        else:
            printing.print_paragraph(f"{len(keys)} counts about {subject.shown} are forgotten")
        return ExitCode.DONE if is_counted else ExitCode.INCOMPLETE

    run(LimitsSettings, work)


def _need_one(*given: str | None) -> tuple[str | None, ...]:
    if sum(each is not None for each in given) != 1:
        raise typer.BadParameter("name one of --importer, --name, --address and --network")
    return given


def _read(settings: LimitsSettings, named: tuple[str | None, ...]) -> Subject:
    index = BlindIndex(load_key_ring(settings, "index"))
    importer, name, address, network = named
    if importer is not None:
        return Subject.read_importer(importer, index)
    if name is not None:
        return Subject.read_name(name, index)
    if address is not None:
        return Subject.read_address(address, index)
    return Subject.read_network(network or "", BlindIndex(load_key_ring(settings, "network")))


async def _count_wrong_codes(database: OpenDatabase, subject: Subject, counted: Counted) -> int:
    """The most wrong codes in a row by one requester for an importer; 0 for other subjects."""
    importer, applications = subject.asked.importer, database.collections.applications
    if not importer:
        return 0
    emails = {application.email for application in await applications.find_by_index(importer=importer)}
    wrong = [await applications.count_wrong_codes(importer, email, counted.lifted_at) for email in emails if email]
    return max(wrong, default=0)


def _make_entry(subject: Subject, keys: int, operator: str, why: str, now: datetime) -> AuditEntry:
    said: dict[str, Any] = {"queue": "", "message_id": "", "type": "limits", "application": None}
    return AuditEntry(
        at=now, who=operator, action="lift", cause=f"{keys} counts about {subject.shown}", why=why, **said
    )
