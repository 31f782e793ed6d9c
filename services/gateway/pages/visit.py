"""A person's request to a page: their session, what they posted, and what answering it takes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from uuid import UUID

from starlette.exceptions import HTTPException
from starlette.requests import Request

from services.gateway.challenge.prompting import name_networks
from services.gateway.challenge.verification import Verification, Visitor
from services.gateway.http import form_token
from services.gateway.http.form_token import FormToken
from services.gateway.journey.commands import Commands
from services.gateway.journey.progress import Progress, Waits
from services.gateway.journey.session import Session
from services.gateway.pages.dependencies import Dependencies
from services.gateway.views.rendering import Rendering
from services.gateway.views.wording import Wording
from shared.security.networks import tag_networks
from shared.web.form_body import read_form
from shared.web.security_events import REFUSED_FORMS, SecurityEvent


@dataclass(frozen=True)
class Visit:
    """The session as the person left it and as it is now, and the fields that they posted."""

    dependencies: Dependencies
    request: Request
    as_left: Session
    session: Session
    now: datetime
    """When the visit began; of a post, when all of its form was here. Whoever sends it slowly gains no time."""
    posted: dict[str, str]

    @classmethod
    async def open(cls, request: Request) -> "Visit":
        """Reads the cookie, and the form if one was posted. Raises `HTTPException`, see `read_form`."""
        dependencies: Dependencies = request.app.state.dependencies
        posted = await _read_posted(request, dependencies) if request.method == "POST" else {}
        now = dependencies.clock()
        as_left = dependencies.cookie.load(request)
        if as_left is None:
            if dependencies.cookie.is_in(request):
                dependencies.events.record(SecurityEvent.COOKIE, _read_host(request))
            as_left = Session(seen_at=now)
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
    def patience(self) -> float:
        """Seconds to wait for a command's answer: a little longer after a post."""
        return self.waits.reply if self.request.method == "POST" else self.waits.outcome

    @property
    def code_lifetime(self) -> timedelta:
        """How long a code is valid."""
        return self.dependencies.code_lifetime

    @property
    def host(self) -> str:
        """The visitor's address; empty if it is not known."""
        return _read_host(self.request)

    @property
    def visitor(self) -> Visitor:
        """The visitor, for human verification: as whoever the posted form was made for."""
        owner = self.session.replace(id=self._opened[0]) if self.posted and self._opened else self.session
        return self.describe_visitor(owner)

    def describe_visitor(self, session: Session) -> Visitor:
        """The visitor with this session. What verifies a start that intake held is good for that start only."""
        held = session.start_to_resume
        return Visitor(held.id if held and held.ticket else session.id, name_networks(self.host))

    @cached_property
    def networks(self) -> tuple[str, ...]:
        """Tags of the visitor's networks, the narrowest first. None if the address is a proxy's, and names nobody."""
        if not self.dependencies.addresses.names_visitors:
            return ()
        return tag_networks(self.dependencies.networks, self.host)

    @property
    def by_script(self) -> bool:
        """Whether one of our scripts asks for data instead of a page."""
        return "application/json" in self.request.headers.get("accept", "")

    @property
    def is_from_elsewhere(self) -> bool:
        """Whether the person followed another site's link, and no session came with them."""
        site = self.request.headers.get("sec-fetch-site")
        return site == "cross-site" and not self.dependencies.cookie.is_in(self.request)

    @property
    def address(self) -> str:
        """The page's path and query."""
        url = self.request.url
        return f"{url.path}?{url.query}" if url.query else url.path

    @cached_property
    def _opened(self) -> tuple[UUID, FormToken] | None:
        """The posted form's token, and the id that it was made for: the session's, or that before the right code."""
        text = self.posted.get(form_token.FIELD, "")
        for id in (self.as_left.id, self.as_left.former_id):
            if id and (token := self.dependencies.tokens.read(text, id)):
                return id, token
        self.dependencies.events.record(SecurityEvent.FORM_TOKEN, self.host)
        return None

    @property
    def token(self) -> FormToken | None:
        """The posted form's token; `None` if it is not this browser's."""
        return self._opened[1] if self._opened else None

    @property
    def request_token(self) -> FormToken | None:
        """The same; also `None` if the form is another request's than the session's, or from before its code."""
        return self.token if self._is_for_request and not self.is_from_before_code else None

    @property
    def is_from_before_code(self) -> bool:
        """Whether the posted form is this request's, from before the right code was entered, as in another tab."""
        return self._is_for_request and self._opened is not None and self._opened[0] != self.as_left.id

    @property
    def _is_for_request(self) -> bool:
        id = self.token.application_id if self.token else None
        return id is not None and id == self.as_left.application_id

    def read_clock(self) -> datetime:
        """The current time, after any waiting; `now` is when the visit began."""
        return self.dependencies.clock()


def _read_host(request: Request) -> str:
    return request.client.host if request.client else ""


async def _read_posted(request: Request, dependencies: Dependencies) -> dict[str, str]:
    try:
        return await read_form(request, dependencies.public_origin)
    except HTTPException as error:
        if event := REFUSED_FORMS.get(error.status_code):
            dependencies.events.record(event, _read_host(request))
        raise
