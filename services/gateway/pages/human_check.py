"""Verifies, if necessary, that a person sends a request."""

from services.gateway.challenge.verification import WAIT, Failed, Passed, Postponed
from services.gateway.forms import fields, parsing
from services.gateway.journey.pending import Pending
from services.gateway.pages.visit import Visit
from shared.contracts.commands import StartApplication
from shared.contracts.ids import derive_application_id
from shared.contracts.problem import Problem


async def verify(visit: Visit, pending: Pending) -> Pending | Failed:
    """Returns the start command as it may be sent."""
    before, posted = visit.session, visit.posted
    visit.dependencies.addresses.see(visit.host, before.id)
    pending = pending.model_copy(update={"networks": visit.networks})
    if pending.ticket:
        return await _resume(visit, pending)
    pending = pending.model_copy(update={"waits": bool(posted.get(WAIT)) or not visit.verification.is_on})
    verdict = await visit.verification.check(
        posted, visit.visitor, pending.id, visit.now, asked=before.needs_verification
    )
    if isinstance(verdict, Failed):
        return verdict
    if isinstance(verdict, Postponed):
        return pending.model_copy(update={"held_until": verdict.until, "taken_at": verdict.until})
    if verdict.once is None:
        return pending.model_copy(update={"verified_by": verdict.verified_by})
    once = visit.commands.prepare(StartApplication, None, verdict.once, before, visit.now)
    once = once.model_copy(update={"networks": visit.networks, "verified_by": verdict.verified_by})
    again = derive_application_id(once.id) == before.application_id
    return Failed("used") if again and before.request != parsing.keep_typed(posted, fields.REQUEST) else once


async def _resume(visit: Visit, held: Pending) -> Pending | Failed:
    """The start that intake refused for now. It goes on as the same command: at once with verification, or later."""
    if held.held_for is not Problem.VERIFICATION_NEEDED:
        return held.wait()
    verdict = await visit.verification.check_solution(visit.posted, visit.visitor, held.id, visit.now)
    if isinstance(verdict, Passed):
        return held.pass_check(verdict.verified_by, visit.now)
    return held.wait() if visit.posted.get(WAIT) or not visit.verification.is_on else verdict
