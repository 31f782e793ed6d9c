"""`acectl doctor`: one page about everything that can be wrong."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import asdict

from rich.text import Text

from services.console.checks import brokers, configuration, databases, mail
from services.console.checks.verdict import Check, Verdict, bad
from services.console.command_line import options
from services.console.command_line.groups import make_app
from services.console.command_line.running import run
from services.console.output import printing
from services.console.output.exit_codes import ExitCode, Unavailable
from shared.domain.errors import TransientFailure
from shared.settings import loading
from shared.settings.groups import SettingError
from shared.settings.processes import Settings
from shared.storage.errors import AccessRefused, DriverError, Untrusted

PATIENCE = 12
"""Seconds for the checks of one part."""

PARTS: dict[str, Callable[[Settings], Awaitable[list[Check]]]] = {
    "broker": brokers.check_broker,
    "database": databases.check_database,
    "mail server": mail.check_mail_server,
    "settings": configuration.check_settings,
}
STYLES = {Verdict.OK: "green", Verdict.WARN: "yellow", Verdict.BAD: "bold red"}
WIDTH = 17
"""Characters of a check's name."""


app = make_app()


@app.command()
def doctor(json: options.JSON = False) -> None:
    """Check everything that can be wrong."""

    async def work(settings: Settings) -> ExitCode:
        parts = await asyncio.gather(*(check_part(name, checks, settings) for name, checks in PARTS.items()))
        found = [check for part in parts for check in part]
        if json:
            printing.print_json([asdict(check) for check in found])
        else:
            _show(found)
        return ExitCode.INCOMPLETE if any(check.verdict is Verdict.BAD for check in found) else ExitCode.DONE

    run(Settings, work, loading.read)  # it lists what production refuses


async def check_part(
    name: str, checks: Callable[[Settings], Awaitable[list[Check]]], settings: Settings
) -> list[Check]:
    """The checks of one part; if the part is away, that is its only finding."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await checks(settings)
    except TimeoutError:
        return [bad(name, f"did not answer within {PATIENCE} s")]
    except SettingError as error:
        return [bad(name, str(error))]
    except Unavailable as error:
        return [bad(name, str(error), "bring it back: nothing moves without the broker")]
    except AccessRefused as error:
        return [bad(name, str(error), "set it to a user who may see everything, with that user's password")]
    except Untrusted as error:
        return [bad(name, str(error), "give both sides the certificates that docs/production.md shows")]
    except TransientFailure as error:
        return [
            bad(name, f"{error} (ACE_MONGODB_URL)", "bring it back: what people send waits in the broker meanwhile")
        ]
    except DriverError as error:
        return [bad(name, f"refuses: {type(error).__name__} (ACE_MONGODB_URL)")]
    except Exception as error:  # noqa: BLE001  # the other parts are still reported
        return [bad(name, f"could not be checked: {type(error).__name__}")]


def _show(found: list[Check]) -> None:
    screen = printing.is_screen()
    for check in found:
        verdict = (f"{check.verdict.value:<5}", STYLES[check.verdict])
        to_do = f"do: {check.to_do}" if check.to_do else ""
        if not screen:
            joined = f"{check.says}  {to_do}".rstrip()
            printing.print_lines(Text.assemble(verdict, f"{check.name:<{WIDTH}} {joined}"))
            continue
        printing.print_beside(Text.assemble(verdict, f"{check.name:<{WIDTH}} "), check.says)
        if to_do:
            printing.print_beside(Text(" " * (WIDTH + 6)), to_do, style="dim")
    counts = Counter(check.verdict for check in found)
    said = ", ".join(f"{counts[verdict]} {verdict.value}" for verdict in Verdict)
    printing.print_lines(Text(f"\n{said}", style="bold"))
