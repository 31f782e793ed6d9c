"""Spans, written by hand where a message passes. Off unless `trace_export` starts it, and then nothing here does work.

No address, number, name or code goes into a span: its attributes are queues, kinds, states, ids and our own reasons.
Exceptions are not recorded, because their texts quote what libraries were given.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Link, SpanKind, Status, StatusCode, Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

HEADER = "traceparent"
"""The header that carries a trace from message to message (W3C Trace Context). No baggage and no `tracestate`: we need
neither, and both hold what others like."""

REFERENCE = "ace.reference"
"""The attribute with the application's reference."""

NOTHING: AbstractContextManager[Any] = nullcontext()
"""In place of a span."""

_PROPAGATOR = TraceContextTextMapPropagator()
_tracer: Tracer | None = None


def start(tracer: Tracer) -> None:
    """From now on, there are spans."""
    global _tracer  # noqa: PLW0603  # one for a process, as its log
    _tracer = tracer


def stop() -> None:
    """From now on, there are none."""
    global _tracer  # noqa: PLW0603
    _tracer = None


def is_on() -> bool:
    """Whether there are spans. Whoever has to prepare something for one asks first."""
    return _tracer is not None


def open_span(
    name: str,
    kind: SpanKind = SpanKind.INTERNAL,
    attributes: Mapping[str, Any] | None = None,
    *,
    parent: Context | None = None,
    links: list[Link] | None = None,
) -> AbstractContextManager[Any]:
    """A span around a block, inside the one that is open here, or inside `parent`. Nothing if there are no spans."""
    if _tracer is None:
        return NOTHING
    return _tracer.start_as_current_span(
        name,
        parent,
        kind,
        attributes,
        links,
        record_exception=False,
        set_status_on_exception=False,
    )


def note(attributes: Mapping[str, Any]) -> None:
    """Adds attributes to the span that is open here, if they are not None."""
    if _tracer is not None:
        known = {name: value for name, value in attributes.items() if value is not None}
        trace.get_current_span().set_attributes(known)


def note_failure(kind: str, reason: str) -> None:
    """Marks the span that is open here as failed, for a reason in our own words."""
    if _tracer is not None:
        span = trace.get_current_span()
        span.set_attribute("error.type", kind)
        span.set_status(Status(StatusCode.ERROR, reason))


def inject(headers: dict[str, Any]) -> None:
    """Writes into a message's headers which trace it belongs to."""
    if _tracer is not None:
        _PROPAGATOR.inject(headers)


def extract(headers: Mapping[str, Any]) -> Context:
    """The trace that a message belongs to: an empty context if its headers name none that can be read."""
    parent = headers.get(HEADER)
    return _PROPAGATOR.extract({HEADER: parent} if isinstance(parent, str) else {}, Context())


def link_to(context: Context) -> list[Link]:
    """A link to a trace, if there is one."""
    span = trace.get_current_span(context).get_span_context()
    return [Link(span)] if span.is_valid else []


def find_trace_id() -> str | None:
    """The id of the trace that is open here."""
    if _tracer is None:
        return None
    span = trace.get_current_span().get_span_context()
    return trace.format_trace_id(span.trace_id) if span.is_valid else None
