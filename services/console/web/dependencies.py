"""What all pages of the console share."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import HTMLResponse, Response

from services.console.servers.database import OpenDatabase
from services.console.web.access.gate import Gate
from services.console.web.access.password_checks import PasswordChecks
from services.console.web.access.session_cookie import SessionCookie
from services.console.web.access.slowing import Slowing
from services.console.web.dead_letters.handling import DeadLetterHandling
from services.console.web.live.counting import Counting
from services.console.web.live.history import History
from services.console.web.live.retry_counts import RetryCounts
from services.console.web.live.summaries import Summaries
from services.console.web.live.watch import Watch
from services.console.web.views.rendering import Rendering
from shared.security.fingerprints import BlindIndex
from shared.settings.processes import ConsolePageSettings
from shared.web.assets import Assets
from shared.web.security_events import SecurityEvents


@dataclass(frozen=True)
class Dependencies:
    """The objects that all pages share."""

    settings: ConsolePageSettings
    database: OpenDatabase
    cookie: SessionCookie
    gate: Gate
    slowing: Slowing
    password_checks: PasswordChecks
    watch: Watch
    counting: Counting
    history: History
    summaries: Summaries
    retry_counts: RetryCounts
    dead_letters: DeadLetterHandling
    assets: Assets
    rendering: Rendering
    events: SecurityEvents
    networks: BlindIndex
    public_origin: str
    clock: Callable[[], datetime]

    def show_problem(self, status: int, heading: str, sentence: str) -> Response:
        """A page for somebody who is perhaps not logged in."""
        return HTMLResponse(
            self.rendering.render_page("problem.html", guest=None, heading=heading, sentence=sentence), status
        )
