"""Whether the database lets a service do its work."""

import asyncio

import structlog

from shared.domain.errors import TransientFailure
from shared.storage.database import Database
from shared.storage.errors import AccessRefused, Untrusted

log = structlog.get_logger()

CERTIFICATES = "docs/production.md shows which certificates both sides need"

PAUSE = 2.0
"""Seconds between attempts while the database refuses access."""


async def wait_for_access(database: Database, user: str) -> None:
    """Waits while the database refuses this service or its TLS. Returns if it is away: messages are then retried."""
    waiting = False
    while True:
        try:
            return await database.check_access(user)
        except (AccessRefused, Untrusted) as refusal:
            if not waiting:
                to_do = f"acectl database apply sets the password and the role of the user {user}"
                to_do = to_do if isinstance(refusal, AccessRefused) else CERTIFICATES
                log.error("waiting for access to the database", reason=str(refusal), to_do=to_do)
            waiting = True
            await asyncio.sleep(PAUSE)
        except TransientFailure:
            return None
