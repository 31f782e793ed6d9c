"""Converts an application to a document and back."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from shared.contracts import catalogue
from shared.contracts.message import Event, Message, Reply
from shared.contracts.problem import Problem
from shared.contracts.state import State
from shared.domain.application import Application, Code, Parked, Transition
from shared.domain.handled_result import HandledResult

SIMPLE = (
    "gateway",
    "taken_at",
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
    """The application's document. It includes `reference` and `ends_at` for searching."""
    code = application.code
    return {
        "_id": application.id,
        "version": application.version,
        "reference": application.reference,
        "state": application.state.value,
        "ends_at": application.ends_at,
        "history": [
            {"state": entry.state.value, "at": entry.at, "cause": entry.cause} for entry in application.history
        ],
        "problem": application.problem.value if application.problem else None,
        **{name: getattr(application, name) for name in SIMPLE},
        "code": {**vars(code)} if code else None,
        "handled": {str(id): _from_result(result) for id, result in application.handled.items()},
        "parked": {str(id): {**vars(parked)} for id, parked in application.parked.items()},
    }


def to_application(document: Mapping[str, Any]) -> Application:
    """The application in a document."""
    return Application(
        id=document["_id"],
        version=document["version"],
        state=State(document["state"]),
        history=tuple(Transition(State(entry["state"]), entry["at"], entry["cause"]) for entry in document["history"]),
        problem=Problem(document["problem"]) if document["problem"] else None,
        **{name: document[name] for name in SIMPLE},
        code=Code(**document["code"]) if document["code"] else None,
        handled={UUID(id): _to_result(result) for id, result in document["handled"].items()},
        parked={UUID(id): Parked(**parked) for id, parked in (document["parked"] or {}).items()},
    )


def _from_result(result: HandledResult) -> dict[str, Any]:
    return {
        "at": result.at,
        "reply": _from_message(result.reply) if result.reply else None,
        "follow_ups": [_from_message(event) for event in result.follow_ups],
    }


def _from_message(message: Message) -> dict[str, str]:
    return {"type": message.TYPE, "body": message.body().decode()}


def _to_result(document: Mapping[str, Any]) -> HandledResult:
    reply = catalogue.decode(**_read_message(document["reply"])) if document["reply"] else None
    events = [catalogue.decode(**_read_message(event)) for event in document["follow_ups"]]
    if reply is not None and not isinstance(reply, Reply):
        raise TypeError(f"{reply.TYPE} is not a reply")
    return HandledResult(document["at"], reply, tuple(event for event in events if isinstance(event, Event)))


def _read_message(document: Mapping[str, str]) -> dict[str, str]:
    return {"type_": document["type"], "body": document["body"]}
