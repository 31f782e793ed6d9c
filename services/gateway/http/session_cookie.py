"""The session's way into cookies and back: compressed, sealed, and cut into pieces that browsers accept."""

import zlib
from datetime import datetime

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from services.gateway.journey.session import Session
from shared.security.sealing import CannotOpen, Sealer

CONTEXT = "session"
PIECE = 3800
"""Characters of a piece: browsers keep 4,096 bytes a cookie, its name and attributes included."""

PIECES = 5
"""A form filled to its limits in the least compressible writing takes three."""


class SessionCookie:
    """Reads and writes sessions. Readable by nobody else, changeable by nobody at all.

    SameSite is Strict: other sites' links and forms come without it. Who follows such a link is therefore not given a
    new session in place of theirs, but asked to come again from a page of ours (`pages/visit.py`). Posts do not
    rely on it: each brings a token, and is refused when it comes from elsewhere (`form_body.py`).
    """

    def __init__(self, sealer: Sealer, *, secure: bool) -> None:
        self._sealer = sealer
        self._secure = secure
        self._name = "__Host-ace-session" if secure else "ace-session"

    def load(self, request: Request, now: datetime) -> Session:
        """The session of a request, as it was left; a new one where there is none that opens."""
        pieces = []
        for number in range(PIECES):
            piece = request.cookies.get(self._piece(number))
            if not piece:
                break
            pieces.append(piece)
        try:
            content = zlib.decompress(self._sealer.open_bytes("".join(pieces), CONTEXT))
            return Session.model_validate_json(content)
        except (CannotOpen, ValidationError, zlib.error):
            return Session(seen_at=now)

    def is_in(self, request: Request) -> bool:
        """Whether a request came with a session, readable or not."""
        return self._piece(0) in request.cookies

    def save(self, request: Request, response: Response, session: Session) -> None:
        """Puts a session into a response, and takes away pieces that are no longer needed."""
        sealed = self._seal(session)
        if len(sealed) > PIECES * PIECE:  # only hostile input is so long
            sealed = self._seal(session.replace(details={}))
        for number in range(PIECES):
            name = self._piece(number)
            piece = sealed[number * PIECE : (number + 1) * PIECE]
            if piece:
                response.set_cookie(name, piece, path="/", secure=self._secure, httponly=True, samesite="strict")
            elif name in request.cookies:
                response.delete_cookie(name, path="/", secure=self._secure, httponly=True, samesite="strict")

    def _seal(self, session: Session) -> str:
        return self._sealer.seal_bytes(zlib.compress(session.model_dump_json(exclude_defaults=True).encode()), CONTEXT)

    def _piece(self, number: int) -> str:
        return f"{self._name}-{number}"
