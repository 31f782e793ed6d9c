"""What every page works with, and one person's visit to a page."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from services.gateway.broker_client import Asking
from services.gateway.challenge.prompting import network
from services.gateway.challenge.verification import Verification, Visitor
from services.gateway.forms.fields import Field
from services.gateway.http import form_token
from services.gateway.http.form_body import receive
from services.gateway.http.form_token import Token, Tokens
from services.gateway.http.session_cookie import Cookies
from services.gateway.journey.commands import Commands
from services.gateway.journey.progress import Settling, Waits
from services.gateway.journey.session import Session
from services.gateway.views.assets import Assets, MissingPackages
from services.gateway.views.rendering import Rendering
from services.gateway.views.wording import Notice
from shared.contracts.problem import Problem
from shared.contracts.replies import Refused
from shared.domain import reference
from shared.security.fingerprints import Fingerprints
from shared.security.sealing import Sealer
from shared.settings.groups import SettingError
from shared.settings.loading import key_ring
from shared.settings.processes import GatewaySettings

STATUS = {Problem.TOO_MANY_REQUESTS: 429, Problem.UNAVAILABLE: 503}
"""HTTP status of a page that shows a problem. For all others 200: the page with what to correct is what was asked for,
and a browser notes anything else as a failure."""


@dataclass(frozen=True)
class Desk:
    """All that pages need; made once."""

    cookies: Cookies
    tokens: Tokens
    commands: Commands
    settling: Settling
    verification: Verification
    assets: Assets
    rendering: Rendering
    clock: Callable[[], datetime]
    waits: Waits
    public_host: str
    code_lifetime: timedelta

    @classmethod
    def open(cls, settings: GatewaySettings, asking: Asking, clock: Callable[[], datetime], waits: Waits) -> "Desk":
        """Raises `SettingError` where a key or the frontend's packages are missing."""
        try:
            assets = Assets(settings.frontend_dir)
        except MissingPackages as error:
            raise SettingError(f"ACE_FRONTEND_DIR: {error}") from None
        cookie = key_ring(settings, "cookie")
        commands = Commands(Sealer(key_ring(settings, "commands")), Fingerprints(cookie))
        return cls(
            cookies=Cookies(Sealer(cookie), secure=is_secure(settings)),
            tokens=Tokens(Sealer(cookie)),
            commands=commands,
            settling=Settling(asking, commands, clock, waits),
            verification=Verification(settings),
            assets=assets,
            rendering=Rendering(settings, assets),
            clock=clock,
            waits=waits,
            public_host=urlsplit(str(settings.public_url)).netloc if settings.public_url else "",
            code_lifetime=timedelta(seconds=settings.code_lifetime),
        )


def is_secure(settings: GatewaySettings) -> bool:
    """Whether people reach the form over https."""
    return settings.public_url is not None and settings.public_url.scheme == "https"


@dataclass(frozen=True)
class Visit:
    """One request of one person: their session as they left it, and as it stands now."""

    desk: Desk
    request: Request
    as_left: Session
    session: Session
    now: datetime

    @classmethod
    def of(cls, request: Request) -> "Visit":
        """Somebody comes to a page."""
        desk: Desk = request.app.state.desk
        now = desk.clock()
        as_left = desk.cookies.load(request, now)
        return cls(desk, request, as_left, as_left.at(now), now)

    @property
    def visitor(self) -> Visitor:
        """Who it is, for human verification."""
        client = self.request.client
        return Visitor(self.session.id, network(client.host if client else ""))

    async def posted(self) -> dict[str, str]:
        """The fields that were posted."""
        return await receive(self.request, self.desk.public_host)

    def token(self, posted: Mapping[str, str]) -> Token | None:
        """The token of the form, or nothing where it is not this browser's."""
        return self.desk.tokens.read(posted.get(form_token.FIELD, ""), self.as_left)

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
        return self._remembering(RedirectResponse(session.path, 303), session)

    def page(self, template: str, session: Session, *, status: int = 200, **context: Any) -> Response:
        """A page, with the session told what the page says."""
        html = self.desk.rendering.page(template, session=session, **context)
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
            notice = self.desk.rendering.wording.problem(refused, self.now)
        broken = {**(rules or {}), **((refused and refused.fields) or {})}
        form = self.desk.rendering.form(fields, typed, rules=broken, notice=notice)
        status = STATUS.get(notice.problem, 200) if notice else 200
        token = self.desk.tokens.issue(session)
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
        if site == "cross-site" and not self.desk.cookies.brought(self.request):
            url = self.request.url
            address = f"{url.path}?{url.query}" if url.query else url.path
            return HTMLResponse(self.desk.rendering.page("continue.html", address=address))
        self.desk.cookies.save(self.request, response, session)
        return response


def _about(refused: Refused | None, session: Session) -> str:
    """The reference of a request that was refused and left no trace in the session but that."""
    if refused is None or session.application_id or refused.application_id == session.id:
        return ""
    return reference.of(refused.application_id)
