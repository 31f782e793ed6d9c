"""Verifies, if necessary, that a person sends a request."""

from services.gateway.challenge.verification import Failed, Postponed
from services.gateway.forms import fields, parsing
from services.gateway.journey.commands import derive_application_id
from services.gateway.journey.pending import Pending
from services.gateway.pages.visit import Visit
from shared.contracts.commands import StartApplication


async def verify(visit: Visit, pending: Pending) -> Pending | Failed:
    """Returns the start command as it may be sent."""
    before, posted = visit.session, visit.posted
    pending = pending.model_copy(update={"networks": visit.networks})
    verdict = await visit.verification.check(posted, visit.visitor, pending.id, visit.now)
    if isinstance(verdict, Failed):
        return verdict
    if isinstance(verdict, Postponed):
        return pending.model_copy(update={"held_until": verdict.until, "taken_at": verdict.until})
    if verdict.once is None:
        return pending
    once = visit.commands.prepare(StartApplication, None, verdict.once, before, visit.now)
    once = once.model_copy(update={"networks": visit.networks})
    again = derive_application_id(once.id) == before.application_id
    return Failed("used") if again and before.request != parsing.keep_typed(posted, fields.REQUEST) else once
