"""Importers: a record and its link, and what limits counted about it, a name, an address or a network."""

from collections.abc import Callable
from typing import Any

from starlette.responses import Response

from services.console.applications.lookup import find_link
from services.console.files.importers.importer_store import ImporterStore
from services.console.limits.examination import examine, lift
from services.console.limits.subject import Subject, Unreadable
from services.console.web.access.visit import Visit
from shared.security.sealing import CannotOpen
from shared.storage.audit import LOOK_UP

KINDS = {
    "importer": "Importer record number (IR#)",
    "name": "Company name",
    "address": "Email address",
    "network": "IP address of a visitor",
}
"""What somebody may look up."""

LONGEST = 200
"""Characters that are read of what was typed."""


async def show(visit: Visit) -> Response:
    """The search."""
    return _render(visit)


async def look_up(visit: Visit) -> Response:
    """What is known about whom somebody typed. It is written down that they looked."""
    kind, typed = _read_form(visit)
    try:
        subject = _read_subject(visit, kind, typed)
    except Unreadable as error:
        return _render(visit, 400, kind=kind, problem=f"This cannot be looked up: {error}.")
    await visit.record(LOOK_UP, "importer" if kind == "importer" else "limits", f"by {subject.shown}")
    database = visit.dependencies.database
    stored = await database.collections.importers.find(subject.asked.importer) if kind == "importer" else None
    return _render(
        visit,
        kind=kind,
        subject=subject,
        record=ImporterStore.wrap(database).describe(stored) if stored else None,
        link=await find_link(database, stored) if stored else None,
        limits=await examine(database, subject, visit.now),
        token=_seal(visit, kind, typed),
    )


async def lift_limits(visit: Visit) -> Response:
    """Forgets what was counted about whom an operator looked up."""
    why = visit.posted.get("reason", "").strip()
    try:
        kind, _, typed = _open(visit, visit.posted.get("subject", "")).partition(" ")
        subject = _read_subject(visit, kind, typed)
    except (CannotOpen, Unreadable):
        return _render(visit, 400, problem="Please look it up again: this page was made for somebody else.")
    if not why:
        return _render(visit, 400, kind=kind, problem="Please look it up again, and say why you lift it.")
    forgotten = await lift(visit.dependencies.database, subject, operator=visit.guest.name, why=why, now=visit.now)
    return _render(visit, kind=kind, lifted=subject.shown if forgotten is not None else "")


def _read_form(visit: Visit) -> tuple[str, str]:
    kind = visit.posted.get("kind", "")
    return kind if kind in KINDS else "importer", visit.posted.get("text", "")[:LONGEST]


def _read_subject(visit: Visit, kind: str, typed: str) -> Subject:
    """Raises `Unreadable`."""
    readers: dict[str, Callable[..., Subject]] = {
        "importer": Subject.read_importer,
        "name": Subject.read_name,
        "address": Subject.read_address,
        "network": Subject.read_network,
    }
    shared = visit.dependencies
    return readers[kind](typed, shared.networks if kind == "network" else shared.database.index)


def _seal(visit: Visit, kind: str, typed: str) -> str:
    """What was looked up, for the form that lifts it: in clear it would stand in the page."""
    return visit.dependencies.database.storage.seal_bytes(f"{kind} {typed}".encode(), _name_context(visit))


def _open(visit: Visit, token: str) -> str:
    """Raises `CannotOpen`."""
    return visit.dependencies.database.storage.open_bytes(token, _name_context(visit)).decode()


def _name_context(visit: Visit) -> str:
    return f"console/limits/{visit.guest.name}"


def _render(visit: Visit, status: int = 200, **values: Any) -> Response:
    shown: dict[str, Any] = {"kind": "importer", "problem": "", "subject": None, "record": None, "link": None}
    shown |= {"limits": [], "token": "", "lifted": "", "kinds": KINDS}
    return visit.show("importers.html", status, **shown | values)
