"""Reports: how many apply, how far they come, why they are refused, and how long it takes. Nobody is named."""

import csv
import io
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from starlette.responses import Response

from services.console.web.access.visit import Visit
from services.console.web.live.counting import begin_day
from services.console.web.pages.overview import list_ends, list_steps
from shared.storage.reports import Day

SPANS = {7: "7 days", 30: "30 days", 90: "90 days"}
"""How many days a report may cover."""

BOUNDS = {
    timedelta(minutes=5): "up to 5 minutes",
    timedelta(minutes=15): "5 to 15 minutes",
    timedelta(hours=1): "15 to 60 minutes",
    timedelta(hours=6): "1 to 6 hours",
}
BEYOND = "longer"


async def show(visit: Visit) -> Response:
    """All reports of one span."""
    days = _read_days(visit)
    summary, counted_at = await visit.dependencies.summaries.read(_begin(visit.now, days), visit.now)
    return visit.show(
        "reports.html",
        days=days,
        spans=SPANS,
        counted_at=counted_at,
        by_day=summary.days,
        sums=_add_up(summary.days),
        funnel=list_steps(summary.reached),
        ends=list_ends(summary.reached),
        refusals=_share(summary.refusals),
        durations=_share(dict(zip((*BOUNDS.values(), BEYOND), summary.durations, strict=True))),
        decoys=summary.decoys,
    )


async def download(visit: Visit) -> Response:
    """The days of one span as CSV."""
    days = _read_days(visit)
    summary, _ = await visit.dependencies.summaries.read(_begin(visit.now, days), visit.now)
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(["day", "begun", "accounts", "refused"])
    lines.writerows([day.day, day.begun, day.accounts, day.refused] for day in summary.days)
    named = f'attachment; filename="applications-{visit.now:%Y-%m-%d}-{days}-days.csv"'
    return Response(text.getvalue(), media_type="text/csv", headers={"Content-Disposition": named})


def _read_days(visit: Visit) -> int:
    asked = visit.request.query_params.get("days", "")
    return int(asked) if asked in {str(days) for days in SPANS} else min(SPANS)


def _begin(now: datetime, days: int) -> datetime:
    """Midnight in Washington, so many days ago; today is one of them."""
    return begin_day(begin_day(now) - timedelta(days=days - 1) + timedelta(hours=12))  # noon, whatever the clocks did


def _add_up(days: list[Day]) -> Day:
    return Day("all", *(sum(getattr(day, name) for day in days) for name in ("begun", "accounts", "refused")))


def _share(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """Each count with how many per cent of all it is."""
    whole = sum(counts.values())
    return [
        {"name": name, "count": count, "percent": round(100 * count / whole) if whole else 0}
        for name, count in counts.items()
    ]
