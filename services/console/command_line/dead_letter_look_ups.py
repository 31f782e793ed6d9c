"""Writes down who looked at dead letters, which must be possible while the database is away."""

from collections.abc import Iterable

from services.console.command_line.look_ups import record_look_up
from services.console.command_line.options import name_operator
from services.console.dead_letters.dead_letter import DeadLetter
from services.console.output.exit_codes import complain
from services.console.servers.database import connect_database, explain_database_errors
from shared.domain.errors import TransientFailure
from shared.settings.console import RecordSettings
from shared.storage.errors import is_away


async def record_dead_letters(settings: RecordSettings, operator: str | None, letters: Iterable[DeadLetter]) -> None:
    """Adds a look at each to the audit. While the database is away this only warns.

    Raises `Unavailable` if the database is there and does not write it down: then they must not be shown.
    """
    with explain_database_errors():
        async with connect_database(settings) as database:
            for letter in letters:
                cause = f"by its id {letter.id}"
                try:
                    await record_look_up(database, operator, "dead letter", cause, application=letter.application)
                except TransientFailure as failure:
                    if not is_away(failure):
                        raise
                    who = name_operator(operator)
                    complain(f"warning: {failure}: that {who} looked at {letter.id} is not in the audit")
