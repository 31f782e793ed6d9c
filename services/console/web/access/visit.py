"""A request of somebody who is logged in, and what answering it takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from services.console.web.access.gate import Guest
from services.console.web.dependencies import Dependencies
from shared.storage.audit import make_entry


@dataclass(frozen=True)
class Visit:
    """The request, and who made it."""

    dependencies: Dependencies
    request: Request
    guest: Guest
    now: datetime
    posted: Mapping[str, str]

    def show(self, template: str, status: int = 200, **values: Any) -> Response:
        """A page. Every page gets `guest`, `path` and `now`."""
        page = self.dependencies.rendering.render_page(
            template, guest=self.guest, path=self.request.url.path, now=self.now, **values
        )
        return HTMLResponse(page, status)

    async def record(
        self, action: str, what: str, cause: str, *, why: str = "", application: UUID | None = None
    ) -> None:
        """Writes into the audit who did or looked up what. Raises `TransientFailure`: then it must not be done.

        `cause` names it in our own words, personal data masked; `why` is the operator's reason.
        """
        entry = make_entry(self.guest.name, action, what, cause, self.now, why=why, application=application)
        await self.dependencies.database.collections.audit.add([entry])
