"""Turns a page's answer into an HTTP response, and saves the session in it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from services.gateway.journey.page import Page
from services.gateway.journey.session import Session
from services.gateway.journey.transitions import FAULTS
from services.gateway.pages import code, confirmation, details, ended, request, start, waiting
from services.gateway.pages.answers import Answer, Content, Data, End, GoOn, Show
from services.gateway.pages.visit import Visit
from shared.contracts.problem import Problem
from shared.contracts.replies import Refused
from shared.domain import reference
from shared.web.compression import compress

log = structlog.get_logger()

WRONG_CODES = {
    Problem.CODE_WRONG: "a wrong code was entered",
    Problem.APPLICATION_LOCKED: "an application is locked after wrong codes",
}
"""What is logged with a tag of the visitor's network. No worker knows it: commands after the start carry no tags."""

STATUS = {Problem.TOO_MANY_REQUESTS: 429, **dict.fromkeys(FAULTS, 503)}
"""The HTTP status of a page that shows a problem. Others get 200, because browsers log anything else as a failure."""

FORGET = '"cache", "storage"'
"""Clear-Site-Data, also for pages kept to go back to. Not "cookies": that would clear those of the whole domain."""

COMPOSE: Mapping[Page, Callable[[Visit, Show], Awaitable[Content]]] = {
    Page.START: start.compose,
    Page.REQUEST: request.compose,
    Page.CODE: code.compose,
    Page.DETAILS: details.compose,
    Page.WAITING: waiting.compose,
    Page.CONFIRMATION: confirmation.compose,
    Page.ENDED: ended.compose,
}


def make_endpoint(answer: Callable[[Visit], Awaitable[Answer]]) -> Callable[[Request], Awaitable[Response]]:
    """Turns a function that answers a visit into an endpoint."""

    async def endpoint(request: Request) -> Response:
        visit = await Visit.open(request)
        answered = await answer(visit)
        _log_wrong_code(visit, answered)
        response = await respond(visit, answered)
        compress(request, response)
        return response

    return endpoint


def _log_wrong_code(visit: Visit, answer: Answer) -> None:
    """Logs a wrong code or a lock once: the session that the browser brings back has it already."""
    refused = None if isinstance(answer, End) or answer.session is None else answer.session.refused
    if refused and refused.problem in WRONG_CODES and refused != visit.as_left.refused:
        log.info(
            WRONG_CODES[refused.problem],
            reference=reference.derive(refused.application_id),
            tries_left=refused.tries_left or 0,
            network=next(iter(visit.networks), None),
        )


async def respond(visit: Visit, answer: Answer) -> Response:
    """Answers over HTTP. Visitors from another site's link first pass through a page of ours.

    Their browser withholds any session that it has (SameSite=Strict), and a new one would replace it.
    """
    if isinstance(answer, End):
        farewell = RedirectResponse(Page.ENDED, 303, {"Clear-Site-Data": FORGET})
        visit.dependencies.cookie.delete(visit.request, farewell)
        return farewell
    response, session = await _make_response(visit, answer)
    if session is None:
        return response
    if visit.is_from_elsewhere:
        return HTMLResponse(visit.rendering.render_page("continue.html", address=visit.address))
    visit.dependencies.cookie.save(visit.request, response, session)
    return response


async def _make_response(visit: Visit, answer: GoOn | Show | Data) -> tuple[Response, Session | None]:
    """The response, and the session to save with it, if any."""
    match answer:
        case Show(page=page, session=session):
            response = _render(visit, session, await COMPOSE[page](visit, answer))
            return response, None if answer.keeps_cookie else session.clear_news()
        case GoOn(session=session):
            asked = JSONResponse({"path": session.landing}) if visit.by_script else None
            return asked or RedirectResponse(session.landing, 303), session
        case Data(content=content, session=kept):
            return JSONResponse(content), kept


def _render(visit: Visit, session: Session, content: Content) -> Response:
    refused, notice = content.refused, content.notice
    if refused and notice is None:
        notice = visit.wording.describe_problem(refused, visit.now)
    values: dict[str, Any] = {"session": session, "token": visit.dependencies.tokens.issue(session)}
    values |= {"can_end": _can_end(session), **content.values}
    if content.fields:
        rules = {**content.rules, **((refused and refused.fields) or {})}
        values["form"] = visit.rendering.render_form(content.fields, content.typed, rules=rules, notice=notice)
        values["refused_reference"] = _name_refused(refused, session)
    status = STATUS.get(notice.problem, 200) if notice else 200
    response = HTMLResponse(visit.rendering.render_page(content.template, **values), status, content.headers)
    if refused and refused.retry_at:
        response.headers["Retry-After"] = str(max(1, int((refused.retry_at - visit.now).total_seconds())))
    return response


def _can_end(session: Session) -> bool:
    """Whether there is a session to end. What is on its way to the workers has to arrive first."""
    return session.application_id is not None and session.pending is None


def _name_refused(refused: Refused | None, session: Session) -> str:
    """The reference of a refused request, if the session keeps nothing else of it."""
    if refused is None or refused.ticket or session.application_id or refused.application_id == session.id:
        return ""
    return reference.derive(refused.application_id)
