"""Page 5: what was created, which emails come, and what to do next."""

from starlette.requests import Request
from starlette.responses import Response

from services.gateway import forms, wording
from services.gateway.desk import Visit
from shared import clock
from shared.contracts.sealed import AccountRequest
from shared.domain.importer_number import ImporterNumber
from shared.domain.letter import WELCOME, LetterStatus


async def show(request: Request) -> Response:
    """Can be loaded again while the session lasts, and then says how far the emails are by now."""
    visit = Visit.of(request)
    session = visit.session
    made = forms.read_request(session.request)
    if session.path != "/confirmation" or not isinstance(made, AccountRequest):
        return visit.redirect(session)
    session = await visit.desk.settling.look_after_letters(session, visit.desk.waits.outcome)
    submitted_at = session.submitted_at or visit.now
    letters = {kind.value: session.letters.get(kind, LetterStatus.SENDING) for kind in WELCOME}
    return visit.page(
        "confirmation.html",
        session,
        made=made,
        account_name=visit.desk.commands.account_name(session) or made.company_name,
        submitted=f"{clock.day(submitted_at)}, {clock.time_of_day(submitted_at)}",
        importer=ImporterNumber.parse(made.importer_number).masked,
        letters=letters,
        how_far={kind: wording.letter_about_the_account(status) for kind, status in letters.items()},
    )
