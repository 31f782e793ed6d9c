"""Which traces are kept: a few a second, however many people come, so that tracing costs little on the busiest day."""

import time
from collections.abc import Callable, Sequence

from opentelemetry.context import Context
from opentelemetry.sdk.trace.sampling import Decision, Sampler, SamplingResult
from opentelemetry.trace import Link, SpanKind, TraceState
from opentelemetry.util.types import Attributes

RATE = 5.0
"""Traces a second that a process begins."""

AT_ONCE = 20.0
"""Traces that it may begin at once after a quiet while: one person's whole way through the form."""


class SteadySampler(Sampler):
    """Begins at most `RATE` traces a second. Whatever belongs to a trace follows its beginning."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._left = AT_ONCE
        self._at = clock()

    def should_sample(  # noqa: PLR0917  # the SDK's signature
        self,
        parent_context: Context | None,
        trace_id: int,
        name: str,
        kind: SpanKind | None = None,
        attributes: Attributes = None,
        links: Sequence[Link] | None = None,
        trace_state: TraceState | None = None,
    ) -> SamplingResult:
        """Whether a trace that begins now is kept."""
        now = self._clock()
        self._left = min(AT_ONCE, self._left + (now - self._at) * RATE)
        self._at = now
        if self._left < 1:
            return SamplingResult(Decision.DROP, None, trace_state)
        self._left -= 1
        return SamplingResult(Decision.RECORD_AND_SAMPLE, attributes, trace_state)

    def get_description(self) -> str:
        """The sampler's name."""
        return f"SteadySampler({RATE:g} a second)"
