"""Security headers for every response, and error pages for bugs in this service."""

from collections.abc import Callable

import structlog
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = structlog.get_logger()

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

NOT_NEEDED = (
    "accelerometer",
    "autoplay",
    "camera",
    "clipboard-read",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "gamepad",
    "geolocation",
    "gyroscope",
    "hid",
    "identity-credentials-get",
    "idle-detection",
    "keyboard-map",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "otp-credentials",
    "payment",
    "picture-in-picture",
    "publickey-credentials-create",
    "publickey-credentials-get",
    "screen-wake-lock",
    "serial",
    "storage-access",
    "sync-xhr",
    "usb",
    "window-management",
    "xr-spatial-tracking",
)
"""Browser features that our pages never use (Permissions Policy). Browsers warn on the console about unknown names."""

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in NOT_NEEDED),
    # With no-referrer, browsers would send `Origin: null` with our own forms.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Permitted-Cross-Domain-Policies": "none",
}

RawHeaders = list[tuple[bytes, bytes]]
"""As ASGI wants them, with names in lower case."""

CACHE_CONTROL, NO_STORE, FEATURES = b"cache-control", b"no-store", b"permissions-policy"

TWO_YEARS = "max-age=63072000; includeSubDomains"
"""HSTS: also for names below ours, from which somebody could otherwise set cookies over http."""


class SecurityHeaders:
    """The outermost middleware: adds the headers, and turns an exception into a page that does not quote it."""

    def __init__(self, app: ASGIApp, *, secure: bool, show_error: Callable[[int], Response]) -> None:
        """`show_error` renders the error page for a status."""
        self._app = app
        headers = HEADERS | ({"Strict-Transport-Security": TWO_YEARS} if secure else {})
        self._headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        self._show_error = show_error

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message["headers"] = self._complete(message["headers"])
            await send(message)

        if _has_two_ends(scope):
            refusal = self._show_error(400)
            refusal.headers["Connection"] = "close"
            await refusal(scope, receive, send_with_headers)
            return
        try:
            await self._app(scope, receive, send_with_headers)
        except Exception as error:  # noqa: BLE001  # a library's exception may quote what a person typed
            log.error(
                "a bug in this service", error=type(error).__name__, where=_list_lines(error), path=scope["path"][:60]
            )
            if not started:
                await self._show_error(500)(scope, receive, send_with_headers)

    def _complete(self, headers: RawHeaders) -> RawHeaders:
        """Adds the headers that are missing. A page may allow more, for its own widget."""
        own = dict(headers)
        if own.get(CACHE_CONTROL, NO_STORE) == NO_STORE:
            missing = [header for header in self._headers if header[0] not in own]
            return [*headers, *missing, *([] if CACHE_CONTROL in own else [(CACHE_CONTROL, NO_STORE)])]
        # Style sheets, scripts and fonts use no feature; this was a twelfth of a first visit's bytes.
        return [*headers, *(header for header in self._headers if header[0] not in own and header[0] != FEATURES)]


def _has_two_ends(scope: Scope) -> bool:
    """Whether a request states its length in two ways (RFC 9112, 6.3).

    A proxy in front of us may believe the other one, and send us the next person's request as part of this one.
    """
    return {b"content-length", b"transfer-encoding"} <= {name for name, _ in scope["headers"]}


def _list_lines(error: Exception) -> list[str]:
    """The source lines that the exception passed through, without any values."""
    lines = []
    trace = error.__traceback__
    while trace:
        lines.append(f"{trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}")
        trace = trace.tb_next
    return lines[-8:]
