"""Sends what changes on a page to the browser, as server-sent events."""

import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from services.console.output.exit_codes import Unavailable
from services.console.web.access.endpoints import find_guest
from services.console.web.access.gate import Guest
from services.console.web.dependencies import Dependencies
from services.console.web.live.page import LivePage
from services.console.web.live.snapshot import Snapshot
from shared.domain.errors import TransientFailure

MOST = 100
"""Pages that may be open at a time in a process."""

MOST_OF_ONE = 10
"""Pages that one login may have open: nobody can shut the others out."""

CHECKED_EVERY = timedelta(seconds=15)
"""How often to look whether a session is over. An open page does not keep one alive."""

HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
"""Proxies must pass each event on at once."""


class Stream:
    """The changes of one page, rendered once for all who watch it."""

    def __init__(self, page: LivePage) -> None:
        self._page = page
        self._rendered: Snapshot | None = None
        self._parts: dict[str, str] = {}

    async def answer(self, request: Request) -> Response:
        """The endpoint."""
        dependencies: Dependencies = request.app.state.dependencies
        guest = await self._find_guest(request)
        if guest is None:
            raise HTTPException(401)
        watch = dependencies.watch
        if watch.watchers >= MOST or watch.count_pages(guest.name) >= MOST_OF_ONE:
            raise HTTPException(503)
        events = self._send(request, dependencies, guest.name)
        return StreamingResponse(events, headers=HEADERS, media_type="text/event-stream")

    async def _send(self, request: Request, dependencies: Dependencies, login: str) -> AsyncIterator[str]:
        sent: dict[str, str] = {}
        checked_at: datetime = dependencies.clock()
        async for snapshot in dependencies.watch.follow(login):
            if dependencies.clock() - checked_at >= CHECKED_EVERY:
                checked_at = dependencies.clock()
                if await self._find_guest(request) is None:
                    yield "event: over\ndata: {}\n\n"
                    return
            try:
                parts = await self._render(dependencies, snapshot)
            except (Unavailable, TransientFailure):
                continue  # the next look may find it again; until then the page says since when it is old
            changed = {name: html for name, html in parts.items() if sent.get(name) != html}
            sent |= changed
            yield f"event: parts\ndata: {json.dumps({'at': snapshot.at.isoformat(), 'parts': changed})}\n\n"

    async def _render(self, dependencies: Dependencies, snapshot: Snapshot) -> dict[str, str]:
        if self._rendered is not snapshot:
            self._parts = await self._page.render_parts(dependencies, snapshot)
            self._rendered = snapshot
        return self._parts

    async def _find_guest(self, request: Request) -> Guest | None:
        try:
            return await find_guest(request, by_person=False)
        except TransientFailure:
            return None
