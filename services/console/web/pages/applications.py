"""Applications: finding them, and everything that happened to one."""

from typing import Any

import typer
from starlette.responses import RedirectResponse, Response

from services.console.applications.application_view import describe
from services.console.applications.lookup import find_applications, normalize_name
from services.console.applications.search import search
from services.console.applications.search_term import SearchTerm
from services.console.applications.stuck import list_findings
from services.console.applications.summary import summarize
from services.console.applications.timeline import list_events
from services.console.applications.traces import find_spans
from services.console.web.access.visit import Visit
from shared.domain.application import Application
from shared.storage.audit import LOOK_UP

LATEST, AUDITED = 25, 200
"""How many applications to list, and how many entries of the audit to read about one."""


async def show(visit: Visit) -> Response:
    """The search, and the latest applications: references and states only."""
    database = visit.dependencies.database.collections
    latest = [application async for application in database.applications.list_latest(LATEST, visit.now)]
    return visit.show("applications.html", problem="", title="The latest", found=await _summarize(visit, latest))


async def find(visit: Visit) -> Response:
    """Searches by what was typed, which never stands in an address or a log; the audit has it masked."""
    try:
        wanted = SearchTerm.read(visit.posted.get("term", "").strip())
    except typer.BadParameter as error:
        return visit.show("applications.html", problem=f"Not found: {error.message}.", title="", found=[])
    await visit.record(LOOK_UP, "application", f"by {wanted.kind} {wanted.masked}")
    found = await search(visit.dependencies.database, wanted)
    if len(found) == 1:
        return RedirectResponse(f"/applications/{found[0].id}", 303)
    problem = "" if found else f"There is no application for {wanted.masked}. One refused at once keeps no number."
    title = f"Found for {wanted.kind} {wanted.masked}" if found else ""
    return visit.show("applications.html", problem=problem, title=title, found=await _summarize(visit, found))


async def show_one(visit: Visit) -> Response:
    """One application, personal data masked. That somebody looked is in the audit."""
    try:
        name = normalize_name(visit.request.path_params["name"])
    except typer.BadParameter as error:
        return visit.show("problem.html", 404, heading="Nothing was found", sentence=f"This is {error.message}.")
    database = visit.dependencies.database
    found = await find_applications(database, name)
    if len(found) > 1:
        return visit.show("applications.html", problem="", title=name, found=await _summarize(visit, found))
    [application] = found
    await visit.record(LOOK_UP, "application", f"by its page {application.reference}", application=application.id)
    emails = await database.collections.email_status.find(application.id)
    audit = database.collections.audit.list_latest(AUDITED, application=application.id)
    return visit.show(
        "application.html",
        seen=describe(application, emails, database.storage, visit.now),
        events=list_events(application, emails, [entry async for entry in audit]),
        findings=list_findings(application, emails, visit.now),
        spans=await find_spans(visit.dependencies.settings, application.reference),
    )


async def _summarize(visit: Visit, applications: list[Application]) -> list[dict[str, Any]]:
    """A line for each."""
    statuses = visit.dependencies.database.collections.email_status
    emails = await statuses.find_all(application.id for application in applications)
    return [{"id": one.id, **summarize(one, emails.get(one.id, {}), visit.now)} for one in applications]
