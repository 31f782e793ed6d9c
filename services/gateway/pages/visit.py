"""One person's visit to a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from services.gateway.challenge.prompting import network
from services.gateway.challenge.verification import Verification, Visitor
from services.gateway.forms.fields import Field
from services.gateway.http import form_token
from services.gateway.http.form_body import receive
from services.gateway.http.form_token import Token
from services.gateway.journey.commands import Commands
from services.gateway.journey.progress import Progress, Waits
from services.gateway.journey.session import Pending, Session
from services.gateway.pages.dependencies import Dependencies
from services.gateway.views.rendering import Rendering
from services.gateway.views.wording import Notice
from shared.contracts.message import Command
from shared.contracts.problem import Problem
from shared.contracts.replies import Refused
from shared.domain import reference

STATUS = {Problem.TOO_MANY_REQUESTS: 429, Problem.UNAVAILABLE: 503}
"""HTTP status of a page that shows a problem. For all others 200: the page with what to correct is what was asked for,
and a browser notes anything else as a failure."""


@dataclass(frozen=True)
class Visit:
    """One request of one person: their session as they left it, and as it stands now."""

    dependencies: Dependencies
    request: Request
    as_left: Session
    session: Session
    now: datetime

    @classmethod
    def begin(cls, request: Request) -> "Visit":
        """Somebody comes to a page."""
        dependencies: Dependencies = request.app.state.dependencies
        now = dependencies.clock()
        as_left = dependencies.cookies.load(request, now)
        return cls(dependencies, request, as_left, as_left.at(now), now)

    @property
    def rendering(self) -> Rendering:
        """What makes the pages."""
        return self.dependencies.rendering

    @property
    def progress(self) -> Progress:
        """What sends commands and asks what became of them."""
        return self.dependencies.progress

    @property
    def commands(self) -> Commands:
        """What seals what people entered, and opens what the workers answer."""
        return self.dependencies.commands

    @property
    def verification(self) -> Verification:
        """Human verification."""
        return self.dependencies.verification

    @property
    def waits(self) -> Waits:
        """How long a page waits for the workers."""
        return self.dependencies.waits

    @property
    def code_lifetime(self) -> timedelta:
        """How long a code is valid."""
        return self.dependencies.code_lifetime

    def time(self) -> datetime:
        """The time now: later than `now`, when the visit began, if the page has waited."""
        return self.dependencies.clock()

    def describe(self, refused: Refused) -> Notice:
        """What the page says about a refusal."""
        return self.rendering.wording.problem(refused, self.now)

    def prepare(self, kind: type[Command], content: BaseModel | None, nonce: UUID, session: Session) -> Pending:
        """The command to be sent for what was entered."""
        return self.commands.pending(kind, content, nonce, session, self.now)

    async def settle(self, session: Session) -> Session:
        """Sends what is pending, and waits for its reply as long as a person does not mind."""
        return await self.progress.settle(session, self.waits.reply)

    async def ask_again(self, session: Session) -> Session:
        """Asks what became of a command whose reply did not come in time."""
        return await self.progress.settle(session, self.waits.outcome)

    @property
    def visitor(self) -> Visitor:
        """Who it is, for human verification."""
        client = self.request.client
        return Visitor(self.session.id, network(client.host if client else ""))

    async def posted(self) -> dict[str, str]:
        """The fields that were posted."""
        return await receive(self.request, self.dependencies.public_host)

    def token(self, posted: Mapping[str, str]) -> Token | None:
        """The token of the form, or nothing where it is not this browser's."""
        return self.dependencies.tokens.read(posted.get(form_token.FIELD, ""), self.as_left)

    def token_of_request(self, posted: Mapping[str, str]) -> Token | None:
        """The same, and nothing too where the form belongs to another request than the session's: another tab's."""
        token = self.token(posted)
        return token if token and token.application_id and token.application_id == self.as_left.application_id else None

    @property
    def by_script(self) -> bool:
        """Whether a script of ours asks, for data instead of a page."""
        return "application/json" in self.request.headers.get("accept", "")

    def redirect(self, session: Session) -> Response:
        """On to the page where the person stands (after a post: See Other)."""
        return self._remembering(RedirectResponse(session.page.path, 303), session)

    def page(self, template: str, session: Session, *, status: int = 200, **context: Any) -> Response:
        """A page, with the session told what the page says."""
        html = self.rendering.page(template, session=session, **context)
        return self._remembering(HTMLResponse(html, status), session.told())

    def data(self, content: Mapping[str, object], session: Session) -> Response:
        """What a script of ours asked for, with the session as it is after it."""
        return self._remembering(JSONResponse(content), session)

    def form(
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
        """A page with a form, saying what is wrong with it; its status says so too."""
        if refused and notice is None:
            notice = self.describe(refused)
        broken = {**(rules or {}), **((refused and refused.fields) or {})}
        form = self.rendering.form(fields, typed, rules=broken, notice=notice)
        status = STATUS.get(notice.problem, 200) if notice else 200
        token = self.dependencies.tokens.issue(session)
        page = {"form": form, "token": token, "refused_reference": _about(refused, session), **context}
        response = self.page(template, session, status=status, **page)
        if refused and refused.retry_at:
            response.headers["Retry-After"] = str(max(1, int((refused.retry_at - self.now).total_seconds())))
        return response

    def _remembering(self, response: Response, session: Session) -> Response:
        """The response with the session. Who followed a link of another site comes again from a page of ours first.

        Their browser holds back a session that it may have (SameSite=Strict), and a new one would take its place.
        """
        site = self.request.headers.get("sec-fetch-site")
        if site == "cross-site" and not self.dependencies.cookies.brought(self.request):
            url = self.request.url
            address = f"{url.path}?{url.query}" if url.query else url.path
            return HTMLResponse(self.rendering.page("continue.html", address=address))
        self.dependencies.cookies.save(self.request, response, session)
        return response


def _about(refused: Refused | None, session: Session) -> str:
    """The reference of a request that was refused and left no trace in the session but that."""
    if refused is None or session.application_id or refused.application_id == session.id:
        return ""
    return reference.of(refused.application_id)
