"""A person's request to a page: their session, what they posted, and the ways to answer."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from services.gateway.challenge.prompting import name_network
from services.gateway.challenge.verification import Verification, Visitor
from services.gateway.forms.fields import Field
from services.gateway.http import form_token
from services.gateway.http.form_body import read_form
from services.gateway.http.form_token import FormToken
from services.gateway.journey.commands import Commands
from services.gateway.journey.pending import Pending
from services.gateway.journey.progress import Progress, Waits
from services.gateway.journey.session import Session
from services.gateway.pages.dependencies import Dependencies
from services.gateway.views.rendering import Rendering
from services.gateway.views.wording import Notice, Wording
from shared.contracts.message import Command
from shared.contracts.problem import Problem
from shared.contracts.replies import Refused
from shared.domain import reference

STATUS = {Problem.TOO_MANY_REQUESTS: 429, Problem.UNAVAILABLE: 503, Problem.CONTRACT_BROKEN: 503}
"""The HTTP status of a page that shows a problem. Others get 200, because browsers log anything else as a failure."""


@dataclass(frozen=True)
class Visit:
    """The session as the person left it and as it is now, and the fields that they posted."""

    dependencies: Dependencies
    request: Request
    as_left: Session
    session: Session
    now: datetime
    posted: dict[str, str]

    @classmethod
    async def open(cls, request: Request) -> "Visit":
        """Reads the cookie, and the form if one was posted. Raises `HTTPException`, see `read_form`."""
        dependencies: Dependencies = request.app.state.dependencies
        now = dependencies.clock()
        as_left = dependencies.cookie.load(request, now)
        posted = await read_form(request, dependencies.public_host) if request.method == "POST" else {}
        return cls(dependencies, request, as_left, as_left.advance_to(now), now, posted)

    @property
    def progress(self) -> Progress:
        """Sends commands and asks for their outcome."""
        return self.dependencies.progress

    @property
    def commands(self) -> Commands:
        """Builds commands, and opens what the workers sealed."""
        return self.dependencies.commands

    @property
    def verification(self) -> Verification:
        """Human verification."""
        return self.dependencies.verification

    @property
    def rendering(self) -> Rendering:
        """The templates."""
        return self.dependencies.rendering

    @property
    def wording(self) -> Wording:
        """The sentences about problems."""
        return self.rendering.wording

    @property
    def waits(self) -> Waits:
        """How long pages wait."""
        return self.dependencies.waits

    @property
    def code_lifetime(self) -> timedelta:
        """How long a code is valid."""
        return self.dependencies.code_lifetime

    @property
    def visitor(self) -> Visitor:
        """The visitor, for human verification."""
        client = self.request.client
        return Visitor(self.session.id, name_network(client.host if client else ""))

    @property
    def by_script(self) -> bool:
        """Whether one of our scripts asks for data instead of a page."""
        return "application/json" in self.request.headers.get("accept", "")

    @cached_property
    def token(self) -> FormToken | None:
        """The posted form's token; `None` if it is not this browser's."""
        return self.dependencies.tokens.read(self.posted.get(form_token.FIELD, ""), self.as_left)

    @property
    def request_token(self) -> FormToken | None:
        """The same; also `None` if the form belongs to another request than the session's."""
        token = self.token
        return token if token and token.application_id and token.application_id == self.as_left.application_id else None

    def read_clock(self) -> datetime:
        """The current time, after any waiting; `now` is when the visit began."""
        return self.dependencies.clock()

    def prepare(self, kind: type[Command], content: BaseModel | None, nonce: UUID, session: Session) -> Pending:
        """Prepares a command, taken now."""
        return self.commands.prepare(kind, content, nonce, session, self.now)

    async def await_answer(self, session: Session) -> Session:
        """Waits for the answer to the session's command, a little longer after a post."""
        posted = self.request.method == "POST"
        return await self.progress.await_answer(session, self.waits.reply if posted else self.waits.outcome)

    def describe_problem(self, refused: Refused) -> Notice:
        """What a page says about a refusal."""
        return self.wording.describe_problem(refused, self.now)

    def redirect(self, session: Session) -> Response:
        """Redirects to the person's current page (303 See Other)."""
        return self._remember(RedirectResponse(session.page, 303), session)

    def show_page(self, template: str, session: Session, *, status: int = 200, **context: Any) -> Response:
        """Renders a page, and clears the news that it shows."""
        html = self.rendering.render_page(template, session=session, **context)
        return self._remember(HTMLResponse(html, status), session.clear_news())

    def send_data(self, content: Mapping[str, object], session: Session) -> Response:
        """Answers one of our scripts, and saves the session."""
        return self._remember(JSONResponse(content), session)

    def show_form(
        self,
        template: str,
        session: Session,
        fields: Sequence[Field],
        typed: Mapping[str, str],
        *,
        rules: Mapping[str, str] | None = None,
        refused: Refused | None = None,
        notice: Notice | None = None,
        **context: Any,
    ) -> Response:
        """Renders a page with a form and its errors, and sets the status to match."""
        if refused and notice is None:
            notice = self.describe_problem(refused)
        broken = {**(rules or {}), **((refused and refused.fields) or {})}
        form = self.rendering.render_form(fields, typed, rules=broken, notice=notice)
        status = STATUS.get(notice.problem, 200) if notice else 200
        token = self.dependencies.tokens.issue(session)
        page = {"form": form, "token": token, "refused_reference": _name_refused(refused, session), **context}
        response = self.show_page(template, session, status=status, **page)
        if refused and refused.retry_at:
            response.headers["Retry-After"] = str(max(1, int((refused.retry_at - self.now).total_seconds())))
        return response

    def _remember(self, response: Response, session: Session) -> Response:
        """Saves the session with the response. Visitors from another site's link first pass through a page of ours.

        Their browser withholds any session that it has (SameSite=Strict), and a new one would replace it.
        """
        site = self.request.headers.get("sec-fetch-site")
        if site == "cross-site" and not self.dependencies.cookie.is_in(self.request):
            url = self.request.url
            address = f"{url.path}?{url.query}" if url.query else url.path
            return HTMLResponse(self.rendering.render_page("continue.html", address=address))
        self.dependencies.cookie.save(self.request, response, session)
        return response


def open_visit(answer: Callable[[Visit], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """Turns a function that answers a visit into an endpoint."""

    async def endpoint(request: Request) -> Response:
        return await answer(await Visit.open(request))

    return endpoint


def _name_refused(refused: Refused | None, session: Session) -> str:
    """The reference of a refused request, if the session keeps nothing else of it."""
    if refused is None or session.application_id or refused.application_id == session.id:
        return ""
    return reference.derive(refused.application_id)
