"""`acectl limits`: what was counted about an importer, a name, an address or a network, and lifting it."""

import sys
from typing import Annotated

import typer

from services.console.command_line import options
from services.console.command_line.groups import make_group
from services.console.command_line.look_ups import record_look_up
from services.console.command_line.running import run
from services.console.limits.examination import examine
from services.console.limits.examination import lift as lift_counts
from services.console.limits.subject import Subject, Unreadable
from services.console.output import printing
from services.console.output.exit_codes import ExitCode, complain
from services.console.output.formatting import format_value
from services.console.servers.database import open_database
from shared import clock
from shared.security.fingerprints import BlindIndex
from shared.settings.console import LimitsSettings
from shared.settings.loading import load_key_ring

app = make_group()

Number = Annotated[
    str | None, typer.Option("--importer", help="An importer record number; - is standard input.", metavar="IR#")
]
Name = Annotated[str | None, typer.Option("--name", help="A company's name; - likewise.", metavar="NAME")]
Address = Annotated[str | None, typer.Option("--address", help="An email address; - likewise.", metavar="EMAIL")]
Network = Annotated[str | None, typer.Option("--network", help="A visitor's IP address.", metavar="ADDRESS")]


@app.command()
def show(
    importer: Number = None,
    name: Name = None,
    address: Address = None,
    network: Network = None,
    *,
    operator: options.As = None,
    json: options.JSON = False,
) -> None:
    """Show what was counted about one importer, name, address or network, and what it leads to.

    The audit keeps who looked.
    """
    named = _need_one(importer, name, address, network)

    async def work(settings: LimitsSettings) -> ExitCode:
        subject = _read(settings, named)
        async with open_database(settings) as database:
            what = "importer" if importer is not None else "limits"
            await record_look_up(database, operator, what, f"by {subject.shown}")
            lines = await examine(database, subject, clock.now())
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
            who = options.name_operator(operator)
            forgotten = await lift_counts(database, subject, operator=who, why=why, now=clock.now())
        if json:
            printing.print_json({"subject": subject.shown, "forgotten": forgotten or 0})
        else:
            printing.print_paragraph(f"{forgotten or 0} counts about {subject.shown} are forgotten")
        return ExitCode.INCOMPLETE if forgotten is None else ExitCode.DONE

    run(LimitsSettings, work)


def _need_one(*given: str | None) -> tuple[str | None, ...]:
    if sum(each is not None for each in given) != 1:
        raise typer.BadParameter("name one of --importer, --name, --address and --network")
    return tuple(sys.stdin.readline().rstrip("\n") if each == "-" else each for each in given)


def _read(settings: LimitsSettings, named: tuple[str | None, ...]) -> Subject:
    index = BlindIndex(load_key_ring(settings, "index"))
    importer, name, address, network = named
    try:
        if importer is not None:
            return Subject.read_importer(importer, index)
        if name is not None:
            return Subject.read_name(name, index)
        if address is not None:
            return Subject.read_address(address, index)
        return Subject.read_network(network or "", BlindIndex(load_key_ring(settings, "network")))
    except Unreadable as error:
        raise typer.BadParameter(str(error)) from None
