"""The console's overview as README.md shows it: a day like many, with made-up figures and no server behind it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import cast

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from services.console.health.facts import BrokerFacts, DatabaseFacts, HealthFacts, MailFacts
from services.console.health.judge import judge_health
from services.console.queues.queue_lines import summarize_queues
from services.console.queues.queue_statistics import QueueStatistics
from services.console.web.access.gate import Guest
from services.console.web.dependencies import Dependencies
from services.console.web.live.snapshot import Snapshot
from services.console.web.pages import overview
from services.console.web.views.assets import load_assets
from services.console.web.views.rendering import Rendering
from shared.contracts.state import State
from shared.messaging.topology import WORK_QUEUES
from shared.settings.processes import ConsolePageSettings
from shared.storage.logins import Role
from shared.storage.overview import Deliveries
from shared.storage.reports import CodeEmails
from shared.storage.sessions import Session
from tests.support.services import serving

NOW = datetime(2026, 11, 30, 19, 42, tzinfo=UTC)
QUEUES = {name: QueueStatistics(0, 2, 0, 0.4, 0.4) for queue in WORK_QUEUES for name in (queue.name, queue.dead)}
QUEUES |= {"notifier.send-email.dead": QueueStatistics(3, 0, 0, size=9_000)}
REACHED: dict[str, int] = {
    State.REQUESTED: 1_284,
    State.AWAITING_CODE: 1_131,
    State.VERIFIED: 968,
    State.SUBMITTED: 917,
    State.PROVISIONED: 917,
    State.COMPLETED: 912,
    State.REJECTED: 147,
    State.EXPIRED: 121,
    State.ABANDONED: 38,
    State.LOCKED: 4,
}


def make_snapshot() -> Snapshot:
    """Everything works; three emails need somebody."""
    broker = BrokerFacts(queues=QUEUES, alarms=(), takes_messages=True, stamps=True, gateways=2, keys=())
    sent = Deliveries(last_sent_at=NOW - timedelta(seconds=4))
    database = DatabaseFacts(has_importers=True, waiting=0, deliveries=sent)
    return Snapshot(
        at=NOW,
        health=judge_health(HealthFacts(at=NOW, broker=broker, database=database, mail=MailFacts())),
        queues=tuple(summarize_queues(QUEUES, {})),
        reached=REACHED,
        code_emails=CodeEmails(in_time=163, late=1, never=0),
    )


@asynccontextmanager
async def serving_picture() -> AsyncIterator[str]:
    """Serves the page during the block; yields its address."""
    assets = load_assets(ConsolePageSettings().frontend_dir)
    guest = Guest(Session("", "ada", NOW, NOW, NOW, NOW), Role.OPERATOR)
    values = await overview.compose(cast("Dependencies", None), make_snapshot(), NOW)
    page = Rendering(assets).render_page("overview.html", guest=guest, path="/", now=NOW, **values)

    async def show(_request: Request) -> Response:
        return HTMLResponse(page)

    async with serving(Starlette(routes=[Route("/", show), assets.route()])) as address:
        yield address
