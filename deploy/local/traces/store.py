"""Spans in memory, by trace and by application: the latest, and no more than fit."""

from collections import OrderedDict, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

MOST_SPANS = 50_000
"""Spans that are kept: some 700 applications, in about 100 MB."""

MOST_OF_TRACE = 2_000
"""Spans that are kept of one trace."""

REFERENCE = "ace.reference"


@dataclass(frozen=True)
class Span:
    """One step of a trace. Times are nanoseconds since 1970, as senders measured them."""

    trace_id: str
    span_id: str
    parent_id: str
    """Empty for the first of a trace."""
    name: str
    service: str
    begins: int
    ends: int
    error: str
    """Why it failed, in our own words; empty if it did not."""
    attributes: dict[str, Any] = field(default_factory=dict)
    linked: tuple[str, ...] = ()
    """The traces that it has links to."""


class SpanStore:
    """Keeps whole traces, and drops those that nothing was added to for the longest."""

    def __init__(self, most: int = MOST_SPANS) -> None:
        self._most = most
        self._traces: OrderedDict[str, list[Span]] = OrderedDict()
        self._by_reference: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self._count = 0

    def add(self, spans: Iterable[Span]) -> None:
        """Keeps spans."""
        for span in spans:
            trace = self._traces.setdefault(span.trace_id, [])
            self._traces.move_to_end(span.trace_id)
            if len(trace) >= MOST_OF_TRACE:
                continue
            trace.append(span)
            self._count += 1
            if reference := span.attributes.get(REFERENCE):
                self._by_reference[str(reference)][span.trace_id] = None
        while self._count > self._most and len(self._traces) > 1:
            self._drop(next(iter(self._traces)))

    def find(self, reference: str) -> list[Span]:
        """The spans of every trace that touched an application, in the order in which they began."""
        traces = self._by_reference.get(reference, {})
        return sorted((span for id in traces for span in self._traces[id]), key=lambda span: span.begins)

    def _drop(self, trace_id: str) -> None:
        dropped = self._traces.pop(trace_id)
        self._count -= len(dropped)
        for reference in {str(span.attributes[REFERENCE]) for span in dropped if REFERENCE in span.attributes}:
            self._by_reference[reference].pop(trace_id, None)
            if not self._by_reference[reference]:
                del self._by_reference[reference]
