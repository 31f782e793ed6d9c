"""Queues: all of them live, and each with its charts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from starlette.responses import Response

from services.console.output.exit_codes import NotFound
from services.console.queues.queue_lines import QueueLine
from services.console.web.access.visit import Visit
from services.console.web.charts.line_chart import draw_path, find_ceiling
from services.console.web.charts.queue_charts import DAY, HOUR, draw_lengths, draw_rates, list_ready
from services.console.web.dependencies import Dependencies
from services.console.web.live.page import LivePage
from services.console.web.live.snapshot import Snapshot
from shared.messaging.topology import WORK_QUEUES


async def compose(dependencies: Dependencies, snapshot: Snapshot | None, now: datetime) -> Mapping[str, Any]:
    """What the page shows."""
    names = [queue.name for queue in WORK_QUEUES]
    return {"snapshot": snapshot, "sparks": {name: _draw_spark(dependencies, name, now) for name in names}}


def _draw_spark(dependencies: Dependencies, name: str, now: datetime) -> str:
    """The path of what was ready in the last hour."""
    ready = list_ready(dependencies.history.list_queue(name, now - HOUR.whole), now)
    return draw_path(ready, find_ceiling(max((value for value in ready if value is not None), default=0)))


async def show_one(visit: Visit) -> Response:
    """One queue, over the last hour and day."""
    name = visit.request.path_params["name"]
    queue = next((queue for queue in WORK_QUEUES if queue.name == name), None)
    if queue is None:
        raise NotFound("there is no such queue")
    history, latest = visit.dependencies.history, visit.dependencies.watch.latest
    line = next((line for line in latest.queues if line.queue == name), None) if latest else None
    retries = await _count_retries(visit, line) if line else None
    retry_delays = ", ".join(f"{count:,} for {delay}" for delay, count in (retries or {}).items())
    seen = history.list_queue(name, visit.now - DAY.whole)
    charts = [draw(seen, span, visit.now) for span in (HOUR, DAY) for draw in (draw_lengths, draw_rates)]
    return visit.show("queue.html", queue=queue, line=line, charts=charts, retries=retries, retry_delays=retry_delays)


async def _count_retries(visit: Visit, line: QueueLine) -> Mapping[str, int] | None:
    """How many of a queue's messages wait to be tried again, by delay. None: nobody can tell now."""
    if line.retry is not None:
        return line.retry
    waits = await visit.dependencies.retry_counts.read()
    return None if waits is None else waits.get(line.queue, {})


PAGE = LivePage("/queues", "queues.html", ("queues", "marks"), compose)
