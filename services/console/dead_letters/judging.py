"""What replaying dead letters would achieve, given what is stored about their applications."""

from collections.abc import Sequence
from datetime import datetime

from services.console.dead_letters.dead_letter import DeadLetter
from services.console.dead_letters.prospects import Outlook, judge_replays
from shared.storage.database import Database


async def judge_dead_letters(database: Database, letters: Sequence[DeadLetter], now: datetime) -> list[Outlook]:
    """What replaying each of these would achieve, in their order."""
    about = [(letter.type.partition(".")[0], letter.application, letter.published_at) for letter in letters]
    return await judge_replays(about, database.applications.load, database.email_status.find, now)
