"""The cookie that names a session. Whoever holds it is logged in, so only its hash is stored."""

import hashlib
import secrets

from starlette.requests import Request
from starlette.responses import Response

from shared.web.cookie_header import read_cookies


class SessionCookie:
    """Reads and writes it. SameSite is Strict: other sites' links and forms come without it."""

    def __init__(self, *, secure: bool) -> None:
        self._attributes = f"; Path=/; HttpOnly; SameSite=strict{'; Secure' if secure else ''}"
        self._name = "__Host-ace-console" if secure else "ace-console"

    def read_id(self, request: Request) -> str | None:
        """The id of the session that a request names; None if it names none."""
        token = read_cookies(request).get(self._name)
        return _hash(token) if token else None

    def issue(self, response: Response) -> str:
        """Gives the browser a new token; returns the session's id."""
        token = secrets.token_urlsafe(32)
        response.headers.append("Set-Cookie", f"{self._name}={token}{self._attributes}")
        return _hash(token)

    def delete(self, response: Response) -> None:
        """Takes the token from the browser."""
        response.headers.append("Set-Cookie", f"{self._name}=; Max-Age=0{self._attributes}")


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
