"""Measures every request: how many, how they ended, and how long they took."""

import time
from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Any

from opentelemetry.context import Context
from opentelemetry.trace import SpanKind
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.observability import metrics, tracing

ASSETS, OTHER = "assets", "other"
"""Style sheets, scripts and fonts; whatever is no page of ours."""

ASSETS_PATH = "/static/"

STATUSES = {"GET": ("200", "303", "500"), "POST": ("200", "303", "403", "429", "500", "503")}
"""What a page answers, as a rule. Any other status appears when it happens."""


class Measuring:
    """The outermost middleware. Paths come from strangers, so only those of `pages` become labels."""

    def __init__(self, app: ASGIApp, *, pages: Iterable[tuple[str, str]]) -> None:
        """`pages`: path and method of each."""
        self._app = app
        self._names = {(path, method): path.strip("/") or "start" for path, method in pages}
        for (_, method), name in self._names.items():
            metrics.begin(metrics.REQUESTS, [name], [method], STATUSES[method])
            metrics.begin(metrics.REQUEST_SECONDS, [name], [method])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Measures one request. One without an answer, because its client left, has the status 499, as at nginx."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 499
        began = time.perf_counter()

        async def note_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        page, method = self._name(scope)
        try:
            with _open_span(page, method):
                await self._app(scope, receive, note_status)
                tracing.note({"http.response.status_code": status})
        finally:
            metrics.REQUESTS.labels(page, method, status).inc()
            metrics.REQUEST_SECONDS.labels(page, method).observe(time.perf_counter() - began)

    def _name(self, scope: Scope) -> tuple[str, str]:
        path, method = scope["path"], scope["method"]
        known = self._names.get((path, "GET" if method == "HEAD" else method))
        if known:
            return known, method
        return (ASSETS if path.startswith(ASSETS_PATH) else OTHER), method if method in STATUSES else OTHER


def _open_span(page: str, method: str) -> AbstractContextManager[Any]:
    """A span around a page's request. It begins a trace, whatever the browser says: sampling is not its to force."""
    if not tracing.is_on() or page in (ASSETS, OTHER):
        return tracing.NOTHING
    attributes = {"http.request.method": method, "http.route": page}
    return tracing.open_span(f"{method} {page}", SpanKind.SERVER, attributes, parent=Context())
