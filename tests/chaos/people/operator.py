"""An operator who has emails sent again meanwhile, as `acectl emails resend` does."""

import asyncio
import random
from contextlib import suppress

from services.console.emails.resend import find_hindrance, make_resend_request
from services.console.output.exit_codes import Unavailable
from services.console.servers.broker import publish_event
from shared import clock
from shared.domain.email import WELCOME
from shared.domain.errors import TransientFailure
from shared.settings.processes import Settings
from shared.storage.database import Database
from tests.chaos.people.ledger import Ledger
from tests.support.records import opened

EVERY = 2.0
"""Seconds between resends."""


async def resend_emails(settings: Settings, chance: random.Random, ledger: Ledger) -> None:
    """Keeps having an email about somebody's account sent again, until canceled."""
    async with opened(settings) as database:
        while True:
            await asyncio.sleep(EVERY)
            provisioned = [page.reference for story in ledger.stories for page in story.told if page.account]
            if provisioned:
                with suppress(TransientFailure, Unavailable):
                    await _resend(settings, database, chance, chance.choice(provisioned), ledger)


async def _resend(
    settings: Settings, database: Database, chance: random.Random, reference: str, ledger: Ledger
) -> None:
    [application] = await database.applications.find_by_reference(reference)
    emails, kind = await database.email_status.find(application.id), chance.choice(WELCOME)
    if find_hindrance(application, kind, emails, clock.now()):
        return
    request = make_resend_request(application, kind, emails)
    ledger.asked[reference, kind] = request.resend
    await publish_event(settings, request)
    ledger.resent[reference, kind] = request.resend
