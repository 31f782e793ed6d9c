"""A page that renews parts of itself while it is open."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.responses import Response

from services.console.web.access.visit import Visit
from services.console.web.dependencies import Dependencies
from services.console.web.live.snapshot import Snapshot

Compose = Callable[[Dependencies, Snapshot | None, datetime], Awaitable[Mapping[str, Any]]]


@dataclass(frozen=True)
class LivePage:
    """A page whose parts are blocks of its template, each in an element with `data-part` and the block's name."""

    path: str
    template: str
    parts: tuple[str, ...]
    compose: Compose
    """What fills the template. The same for everybody: it is rendered once for all who watch."""

    @property
    def stream_path(self) -> str:
        """Where its changes come from."""
        return f"/live{self.path}".rstrip("/")

    async def show(self, visit: Visit) -> Response:
        """The whole page."""
        visit.dependencies.counting.ask()
        values = await self.compose(visit.dependencies, visit.dependencies.watch.latest, visit.now)
        return visit.show(self.template, live=self.stream_path, **values)

    async def render_parts(self, dependencies: Dependencies, snapshot: Snapshot) -> dict[str, str]:
        """The parts' HTML, by name."""
        dependencies.counting.ask()
        values = await self.compose(dependencies, snapshot, snapshot.at)
        return dependencies.rendering.render_blocks(self.template, self.parts, now=snapshot.at, **values)
