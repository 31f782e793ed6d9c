"""Keeps the session in cookies: compressed, sealed, and split into pieces that browsers accept."""

import zlib

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from services.gateway.journey.session import Session
from shared.security.sealing import CannotOpen, Sealer
from shared.web.cookie_header import read_cookies

CONTEXT = "session"
PIECE = 3800
"""Characters of a piece: browsers keep 4,096 bytes for each cookie, with its name and attributes."""

PIECES = 5
"""A form filled to its limits with text that hardly compresses takes three."""


class SessionCookie:
    """Reads and writes sessions. Nobody else can read or change them.

    SameSite is Strict: requests from other sites' links and forms come without the cookie. A visitor who follows such a
    link must not get a new session in place of theirs, so a page of ours sends them on (`pages/respond.py`). Posts do
    not rely on SameSite: each brings a token, and is refused if it comes from another site (`form_body.py`).
    """

    def __init__(self, sealer: Sealer, *, secure: bool) -> None:
        self._sealer = sealer
        self._attributes = f"; Path=/; HttpOnly; SameSite=strict{'; Secure' if secure else ''}"
        self._name = "__Host-ace-session" if secure else "ace-session"

    def load(self, request: Request) -> Session | None:
        """A request's session as the person left it; `None` if none opens."""
        pieces, cookies = [], read_cookies(request)
        for number in range(PIECES):
            piece = cookies.get(self._name_piece(number))
            if not piece:
                break
            pieces.append(piece)
        try:
            content = zlib.decompress(self._sealer.open_bytes("".join(pieces), CONTEXT))
            return Session.model_validate_json(content)
        except (CannotOpen, ValidationError, zlib.error):
            return None

    def is_in(self, request: Request) -> bool:
        """Whether a request came with a session, readable or not."""
        return self._name_piece(0) in read_cookies(request)

    def save(self, request: Request, response: Response, session: Session) -> None:
        """Writes a session into a response, and deletes pieces that are no longer needed."""
        sealed = self._seal(session)
        if len(sealed) > PIECES * PIECE:  # only hostile input gets this long
            sealed = self._seal(session.replace(details={}))
        cookies = read_cookies(request)
        for number in range(PIECES):
            name = self._name_piece(number)
            piece = sealed[number * PIECE : (number + 1) * PIECE]
            if piece:
                response.headers.append("Set-Cookie", f"{name}={piece}{self._attributes}")
            elif name in cookies:
                self._delete_piece(response, name)

    def delete(self, request: Request, response: Response) -> None:
        """Deletes every piece that the browser has."""
        for number in range(PIECES):
            name = self._name_piece(number)
            if name in read_cookies(request):
                self._delete_piece(response, name)

    def _delete_piece(self, response: Response, name: str) -> None:
        response.headers.append("Set-Cookie", f"{name}=; Max-Age=0{self._attributes}")

    def _seal(self, session: Session) -> str:
        return self._sealer.seal_bytes(zlib.compress(session.model_dump_json(exclude_defaults=True).encode()), CONTEXT)

    def _name_piece(self, number: int) -> str:
        return f"{self._name}-{number}"
