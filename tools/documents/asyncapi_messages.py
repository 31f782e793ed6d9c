"""Each contract as an AsyncAPI message; `asyncapi` assembles the document."""

from typing import Any

from shared.contracts import catalogue
from shared.contracts.conversations import SEALED_FIELDS, find_kind
from shared.contracts.message import Command, Message, Query, Reply
from shared.contracts.versions import OldVersion, Versions
from shared.messaging import headers
from shared.messaging.amqp import JSON
from tools.documents.schemas import describe_models

AMQP = {"bindingVersion": "0.3.0"}
"""The version of AsyncAPI's AMQP bindings."""


def describe_messages(versions: Versions) -> dict[str, Any]:
    """Every message by its type. Of an older version it says until when it is taken, and what takes its place."""
    newest = {type_: describe_message(contract) for type_, contract in catalogue.CONTRACTS.items()}
    return newest | {one.contract.TYPE: describe_message(one.contract) | _deprecate(one) for one in versions.old}


def _deprecate(version: OldVersion) -> dict[str, Any]:
    return {
        "x-deprecated": {
            "since": version.deprecated_on.isoformat(),
            "taken-until": version.taken_until.isoformat(),
            "use": version.newest.TYPE,
        }
    }


def describe_message(contract: type[Message]) -> dict[str, Any]:
    """A contract as an AsyncAPI message: payload schema, AMQP properties and sealed content."""
    found: dict[str, Any] = {
        "name": contract.TYPE,
        "title": contract.name(),
        "summary": _describe(contract),
        "traits": [{"$ref": "#/components/messageTraits/amqp"}],
        "payload": {"$ref": f"#/components/schemas/{contract.__name__}"},
        "bindings": {"amqp": {"messageType": contract.TYPE, **AMQP}},
        "x-amqp-properties": _describe_properties(contract),
    }
    inside = {
        field: {
            "content": {"$ref": f"#/components/schemas/{sealed.content.__name__}"},
            "key-ring": sealed.ring,
            "associated-data": f"{contract.TYPE}/{field}/{{application_id}}",
        }
        for (owner, field), sealed in SEALED_FIELDS.items()
        if owner is contract
    }
    return found | ({"x-sealed": inside} if inside else {})


def describe_trait() -> dict[str, Any]:
    """What all messages have in common."""
    return {
        "contentType": JSON,
        "headers": {
            "type": "object",
            "properties": {
                headers.APPLICATION: {"type": "string", "format": "uuid", "description": "As in the body."},
            },
        },
        "correlationId": {
            "location": "$message.header#/correlation_id",
            "description": "The AMQP property `correlation_id`: the caller's own token, echoed in the reply.",
        },
    }


def _describe_properties(contract: type[Message]) -> dict[str, Any]:
    """The AMQP properties that a message carries, as a JSON schema."""
    kind = find_kind(contract)
    properties: dict[str, Any] = {
        "type": {"const": contract.TYPE},
        "message_id": {"type": "string", "format": "uuid", "description": _ID[kind.__name__]},
        "timestamp": {"description": "When it was published; whole seconds."},
        "user_id": {"type": "string", "description": "The broker user that publishes it; the broker checks it."},
        "app_id": {"type": "string", "description": "The program that publishes it."},
        "content_type": {"const": JSON},
        "delivery_mode": {"const": 1 if kind is Reply else 2},
        "correlation_id": {"type": "string"},
    }
    if kind in (Command, Query):
        properties["reply_to"] = {"type": "string", "description": "The caller's reply queue. Unset: no reply."}
    required = ["type", "message_id"] + (["user_id"] if kind is Command else [])
    return {"type": "object", "required": required, "properties": properties}


_ID = {
    "Command": "UUIDv5 of the page's nonce and the entries: a repeat is the same command.",
    "Query": "Any UUID.",
    "Event": "UUIDv5 of the message that led to it, name `follow-up <n>`: a repeat is the same event.",
    "Reply": "UUIDv5 of the message that it answers, name `reply`.",
}


def describe_schemas(versions: Versions) -> dict[str, Any]:
    """Every payload, every sealed content, and their shared types."""
    contents = {sealed.content for sealed in SEALED_FIELDS.values()}
    contracts = dict.fromkeys((*catalogue.CONTRACTS.values(), *(version.contract for version in versions.old)))
    models = [*contracts, *sorted(contents, key=lambda content: content.__name__)]
    return describe_models(models, "#/components/schemas/{model}")


def _describe(contract: type[Message]) -> str:
    return " ".join((contract.__doc__ or "").split())
