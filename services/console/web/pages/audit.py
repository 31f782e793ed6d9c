"""Audit: who did what, and who looked up whom."""

import typer
from starlette.responses import Response

from services.console.applications.lookup import find_id, normalize_name
from services.console.dead_letters.audit_log import describe_entry
from services.console.web.access.visit import Visit

MOST = 100
"""Entries on a page, the latest."""


async def show(visit: Visit) -> Response:
    """The latest entries; of one application, if the address names it (a reference or id, no personal datum)."""
    about, problem, application = visit.request.query_params.get("about", "").strip(), "", None
    if about:
        try:
            application = await find_id(visit.dependencies.database, normalize_name(about))
        except typer.BadParameter as error:
            problem = f"This is {error.message}."
    latest = visit.dependencies.database.collections.audit.list_latest(MOST, application=application)
    found = [] if problem else [describe_entry(entry) async for entry in latest]
    return visit.show("audit.html", about=about, problem=problem, entries=found)
