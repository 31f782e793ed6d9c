"""The spans of a test, kept in memory."""

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from shared.observability import tracing


class Spans:
    """What was recorded, in the order in which it ended."""

    def __init__(self, exporter: InMemorySpanExporter) -> None:
        self._exporter = exporter

    @property
    def all(self) -> list[ReadableSpan]:
        return list(self._exporter.get_finished_spans())

    @property
    def names(self) -> list[str]:
        return [span.name for span in self.all]

    def one(self, name: str) -> ReadableSpan:
        """The only span of this name."""
        (found,) = [span for span in self.all if span.name == name]
        return found

    @property
    def text(self) -> str:
        """All that goes out."""
        return "\n".join(str(span.to_json()) for span in self.all)


@contextmanager
def recording() -> Iterator[Spans]:
    """Records spans while the block runs."""
    exporter, provider = InMemorySpanExporter(), TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracing.start(provider.get_tracer("test"))
    try:
        yield Spans(exporter)
    finally:
        tracing.stop()
