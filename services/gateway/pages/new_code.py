"""Asks for a new code, with the request as it was typed on page 1."""

from services.gateway.challenge.verification import Failed
from services.gateway.forms import parsing
from services.gateway.pages.answers import Answer, GoOn, reject_form
from services.gateway.pages.human_check import verify
from services.gateway.pages.request import show_for_new_code
from services.gateway.pages.visit import Visit
from shared.contracts.commands import StartApplication
from shared.contracts.ids import derive_application_id


async def ask(visit: Visit) -> Answer:
    """Sends the request again. It is one command, however often and in how many tabs it is asked for.

    If human verification is prompted, page 1 asks for it and sends the request. A refusal is shown on the page of the
    current code. If that one let the request pass later, asking again is waiting for that.
    """
    session = visit.session
    content = parsing.read_request(session.request)
    if isinstance(content, parsing.Broken):  # by rules newer than the request
        return reject_form(session)
    renewal = session.held or visit.commands.prepare(StartApplication, content, session.renewal, session, visit.now)
    verified = await verify(visit, renewal)
    if isinstance(verified, Failed):
        return show_for_new_code(session)
    begun = session.request_new_code(derive_application_id(verified.id), verified, session.request)
    return GoOn(await visit.progress.await_answer(begun, visit.patience))
