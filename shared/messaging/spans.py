"""The spans of a message, named as OpenTelemetry's conventions for messaging say.

A message carries its trace in a header, through delays and dead letters. Each attempt is a child of what sent the
message to its queue. A replayed one begins a new trace, with a link to the old: days may lie between. So does one of
another gateway: whoever chooses a parent decides what we record, and which of our messages belong together.
"""

import re
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any

from aio_pika.abc import AbstractIncomingMessage
from opentelemetry.context import Context
from opentelemetry.trace import SpanKind

from shared.domain import reference
from shared.messaging import headers
from shared.messaging.permissions import PERMISSIONS
from shared.messaging.topology import REPLAY
from shared.observability import tracing

_SYSTEM = {"messaging.system": "rabbitmq"}

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}", re.IGNORECASE)
"""An id is a UUID, with or without its hyphens. Gateways choose them, so anything else may be what somebody typed: a
number, for one."""


def open_send(exchange: str, properties: Mapping[str, Any]) -> AbstractContextManager[Any]:
    """A span around sending a message; begin its headers with `tracing.inject` inside. A reply's queue has no name."""
    if not tracing.is_on():
        return tracing.NOTHING
    key = properties["routing_key"]
    attributes: dict[str, Any] = {
        **_SYSTEM,
        "messaging.operation.type": "send",
        **_name_message(properties.get("message_id"), properties.get("correlation_id")),
    }
    if exchange:
        attributes |= {"messaging.destination.name": f"{exchange}:{key}"}
    else:
        attributes |= {"messaging.destination.temporary": True}
    if application := headers.find_application(properties.get("headers") or {}):
        attributes[tracing.REFERENCE] = reference.derive(application)
    return tracing.open_span(f"send {exchange}:{key}" if exchange else "send reply", SpanKind.PRODUCER, attributes)


def open_process(raw: AbstractIncomingMessage, queue: str, own_user: str) -> AbstractContextManager[Any]:
    """A span around handling a delivery, linked to what sent it, and its child if that was one of our programs."""
    if not tracing.is_on():
        return tracing.NOTHING
    attributes = {
        **_SYSTEM,
        "messaging.operation.type": "process",
        "messaging.destination.name": queue,
        **_name_message(raw.message_id, raw.correlation_id),
        "ace.attempts": headers.read_count(raw, headers.ATTEMPTS),
    }
    sent = tracing.extract(raw.headers)
    return tracing.open_span(
        f"process {queue}",
        SpanKind.CONSUMER,
        attributes,
        parent=sent if _is_of_our_trace(raw, own_user) else Context(),
        links=tracing.link_to(sent),
    )


def open_settle(queue: str) -> AbstractContextManager[Any]:
    """A span around telling the broker that a delivery is done with."""
    if not tracing.is_on():
        return tracing.NOTHING
    attributes = {**_SYSTEM, "messaging.operation.type": "settle", "messaging.destination.name": queue}
    return tracing.open_span(f"settle {queue}", SpanKind.CLIENT, attributes)


def _is_of_our_trace(raw: AbstractIncomingMessage, own_user: str) -> bool:
    """Whether a message goes on with a trace that one of our programs chose, according to the user that sent it."""
    return raw.exchange != REPLAY and raw.user_id in (own_user, *PERMISSIONS)


def _name_message(id: str | None, correlation_id: str | None) -> dict[str, str]:
    named = {"messaging.message.id": id, "messaging.message.conversation_id": correlation_id}
    return {name: value for name, value in named.items() if value and _ID.fullmatch(value)}
