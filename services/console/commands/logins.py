"""`acectl logins`: who may use the console in the browser. Each change is in the audit."""

import sys
from datetime import datetime
from typing import Annotated

import typer

from services.console.command_line import options
from services.console.command_line.groups import make_group
from services.console.command_line.running import run
from services.console.logins.names import RULE, normalize_name
from services.console.logins.passwords import find_weakness, hash_password, make_password
from services.console.output import printing
from services.console.output.exit_codes import ExitCode, NotFound, complain
from services.console.output.formatting import format_time
from services.console.servers.database import OpenDatabase, open_database
from shared import clock
from shared.settings.console import RecordSettings
from shared.storage.audit import make_entry
from shared.storage.logins import Login, Role

app = make_group()


def _read_name(typed: str) -> str:
    name = normalize_name(typed)
    if name is None:
        raise typer.BadParameter(f"a login's name {RULE}")
    return name


Name = Annotated[
    str, typer.Argument(metavar="NAME", help="The login's name, as the audit shows it.", callback=_read_name)
]
Own = Annotated[
    bool, typer.Option("--read", help="Read the password from standard input; else acectl makes one and prints it.")
]


@app.command()
def add(
    name: Name,
    role: Annotated[Role, typer.Option(help="What it may do.")] = Role.VIEWER,
    own: Own = False,
    *,
    if_none: Annotated[bool, typer.Option("--if-none", help="Do nothing where there are logins already.")] = False,
    operator: options.As = None,
) -> None:
    """Add a login. A viewer sees everything; an operator also replays, discards, lifts limits and resends."""
    password = _choose_password(name, own=own)

    async def work(settings: RecordSettings) -> ExitCode:
        now = clock.now()
        async with open_database(settings) as database:
            logins = database.collections.logins
            if if_none and await logins.list_all():
                complain("there are logins already: none is added")
                return ExitCode.DONE
            await _record(database, "add-login", f"{name}, {role}", options.name_operator(operator), now)
            if not await logins.add(Login(name, role, hash_password(password), now, now)):
                complain(f"there is a login {name} already: acectl logins password {name} gives it a new password")
                return ExitCode.INCOMPLETE
        _show(name, password, own=own)
        return ExitCode.DONE

    run(RecordSettings, work)


@app.command("list")
def list_logins(json: options.JSON = False) -> None:
    """List the logins."""

    async def work(settings: RecordSettings) -> ExitCode:
        async with open_database(settings) as database:
            found = await database.collections.logins.list_all()
        if json:
            printing.print_json([{"name": one.name, "role": one.role, "made_at": one.made_at} for one in found])
        elif found:
            rows = [[one.name, one.role.value, format_time(one.made_at)] for one in found]
            printing.print_table(("name", "role", "made"), rows)
        if not found:
            complain("nobody can log in yet: acectl logins add NAME --role operator")
        return ExitCode.DONE

    run(RecordSettings, work)


@app.command()
def password(name: Name, own: Own = False, *, operator: options.As = None) -> None:
    """Give a login a new password, and end its sessions."""
    chosen = _choose_password(name, own=own)

    async def work(settings: RecordSettings) -> ExitCode:
        async with open_database(settings) as database:
            await _need_login(database, name)
            now = clock.now()
            await _record(database, "change-password", name, options.name_operator(operator), now)
            await database.collections.logins.change_password(name, hash_password(chosen), now)
            await database.collections.sessions.end_all(name)
        _show(name, chosen, own=own)
        return ExitCode.DONE

    run(RecordSettings, work)


@app.command()
def remove(name: Name, *, operator: options.As = None) -> None:
    """Remove a login, and end its sessions."""

    async def work(settings: RecordSettings) -> ExitCode:
        async with open_database(settings) as database:
            await _need_login(database, name)
            await _record(database, "remove-login", name, options.name_operator(operator), clock.now())
            await database.collections.logins.remove(name)
            ended = await database.collections.sessions.end_all(name)
        printing.print_paragraph(f"{name} is removed, with {ended} session{'' if ended == 1 else 's'}")
        return ExitCode.DONE

    run(RecordSettings, work)


async def _need_login(database: OpenDatabase, name: str) -> None:
    if await database.collections.logins.find(name) is None:
        raise NotFound(f"there is no login {name}: acectl logins list")


def _choose_password(name: str, *, own: bool) -> str:
    if not own:
        return make_password()
    typed = sys.stdin.readline().rstrip("\n")
    if weakness := find_weakness(typed, name):
        raise typer.BadParameter(f"the password {weakness}")
    return typed


def _show(name: str, password: str, *, own: bool) -> None:
    printing.print_paragraph(f"{name} can log in" + ("" if own else f" with the password {password}"))
    if not own:
        complain("the password is shown only now")


async def _record(database: OpenDatabase, action: str, cause: str, who: str, now: datetime) -> None:
    await database.collections.audit.add([make_entry(who, action, "console", cause, now)])
