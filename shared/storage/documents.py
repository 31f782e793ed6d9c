"""Converts an application to a document and back, and a change of one to an update of its document."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from shared.contracts import catalogue
from shared.contracts.message import Event, Message, Reply
from shared.contracts.problem import Problem
from shared.contracts.state import State
from shared.domain.application import Application, Code, Parked, Transition
from shared.domain.handled_result import HandledResult, HandledResults
from shared.storage.known_fields import pick_known_fields

SIMPLE = (
    "gateway",
    "taken_at",
    "uniform",
    "importer",
    "email",
    "request",
    "contact",
    "details",
    "grant",
    "verified_at",
    "account",
)
"""Fields that the document holds unchanged."""


def to_document(application: Application) -> dict[str, Any]:
    """The application's document. It includes `reference`, `ends_at` and `forgets_at` for searching."""
    return {
        "_id": application.id,
        "reference": application.reference,
        **_to_fields(application),
        "code": {**vars(application.code)} if application.code else None,
        "history": [_from_transition(entry) for entry in application.history],
        "handled": {str(id): _from_result(result) for id, result in application.handled.items()},
        "parked": {str(id): {**vars(parked)} for id, parked in application.parked.items()},
    }


def to_update(before: Application, after: Application) -> dict[str, Any]:
    """The update that makes the document of `after` from that of `before`: only what differs travels and is logged.

    It names each field that it writes, so fields that only a later version knows stay as they are.
    """
    old, new = _to_fields(before), _to_fields(after)
    changes = {name: value for name, value in new.items() if value != old[name]}
    removed = {f"parked.{id}" for id in before.parked.keys() - after.parked.keys()}
    for path, was, becomes in _list_parts(before, after):
        if was is None:
            changes[path] = becomes
            continue
        changes |= {f"{path}.{name}": value for name, value in becomes.items() if value != was.get(name)}
        removed |= {f"{path}.{name}" for name in was.keys() - becomes.keys()}
    if before.handled and not after.handled:
        changes["handled"] = {}
    update: dict[str, Any] = {"$set": changes}
    if added := after.history[len(before.history) :]:
        update["$push"] = {"history": {"$each": [_from_transition(entry) for entry in added]}}
    if removed:
        update["$unset"] = dict.fromkeys(removed, "")
    return update


def _list_parts(
    before: Application, after: Application
) -> Iterator[tuple[str, Mapping[str, Any] | None, Mapping[str, Any]]]:
    """Parts that may have changed: where each is, what it was (None if it is new), and what it becomes."""
    if after.code:
        yield "code", vars(before.code) if before.code else None, vars(after.code)
    for id, result in after.handled.list_changes(before.handled).items():
        was = before.handled.get(id)
        yield f"handled.{id}", _from_result(was) if was else None, _from_result(result)
    for id, parked in after.parked.items():
        mark = before.parked.get(id)
        yield f"parked.{id}", vars(mark) if mark else None, vars(parked)


def _to_fields(application: Application) -> dict[str, Any]:
    """The fields that hold one value each."""
    return {
        "version": application.version,
        "state": application.state.value,
        "ends_at": application.ends_at,
        "forgets_at": application.forgets_at,
        "problem": application.problem.value if application.problem else None,
        **{name: getattr(application, name) for name in SIMPLE},
    }


def _from_transition(entry: Transition) -> dict[str, Any]:
    return {"state": entry.state.value, "at": entry.at, "cause": entry.cause}


def to_application(document: Mapping[str, Any]) -> Application:
    """The application in a document. Fields that an earlier version did not write have their defaults."""
    code, problem = document.get("code"), document.get("problem")
    return Application(
        id=document["_id"],
        version=document["version"],
        state=State(document["state"]),
        history=tuple(Transition(State(entry["state"]), entry["at"], entry["cause"]) for entry in document["history"]),
        problem=Problem(problem) if problem else None,
        **{name: document[name] for name in SIMPLE if name in document},
        code=Code(**pick_known_fields(Code, code)) if code else None,
        handled=HandledResults({UUID(id): partial(_to_result, result) for id, result in document["handled"].items()}),
        parked={UUID(id): Parked(**pick_known_fields(Parked, mark)) for id, mark in (document["parked"] or {}).items()},
    )


def _from_result(result: HandledResult) -> dict[str, Any]:
    """What is empty is left out: every application holds several."""
    fields = {
        "reply": _from_message(result.reply) if result.reply else None,
        "follow_ups": [_from_message(event) for event in result.follow_ups],
        "mac": result.mac,
    }
    return {"at": result.at, **{name: value for name, value in fields.items() if value}}


def _from_message(message: Message) -> dict[str, str]:
    return {"type": message.TYPE, "body": message.body().decode()}


def _to_result(document: Mapping[str, Any]) -> HandledResult:
    reply = catalogue.decode(**_read_message(document["reply"])) if document.get("reply") else None
    events = [catalogue.decode(**_read_message(event)) for event in document.get("follow_ups", ())]
    if reply is not None and not isinstance(reply, Reply):
        raise TypeError(f"{reply.TYPE} is not a reply")
    follow_ups = tuple(event for event in events if isinstance(event, Event))
    return HandledResult(document["at"], reply, follow_ups, document.get("mac", ""))


def _read_message(document: Mapping[str, str]) -> dict[str, str]:
    return {"type_": document["type"], "body": document["body"]}
