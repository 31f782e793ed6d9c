"""Sends spans away by OTLP over HTTP. The SDK is imported only where a setting wants that."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata

from shared.observability import tracing
from shared.settings.groups import ServiceSettings, SettingError

SENT_WITHIN = 3
"""Seconds that a collector may take for an answer, and the last spans at the end: a collector that is away keeps no
process from stopping."""

MILLISECONDS = 1000

PAUSE = 1
"""Seconds that finished spans wait for others."""


@contextmanager
def export_spans(program: str, settings: ServiceSettings) -> Iterator[None]:
    """Has spans while the block runs, if `ACE_TRACES_URL` is set. What the collector does not take is dropped.

    The sampler is the SDK's own setting (`OTEL_TRACES_SAMPLER`). Raises `SettingError` if the SDK is not installed.
    """
    if settings.traces_url is None:
        yield
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    except ImportError:
        raise SettingError("ACE_TRACES_URL needs the extra `traces` (pip install '.[traces]')") from None
    version = metadata.version("ace-portal-account-application")
    resource = Resource.create({"service.namespace": "ace", "service.name": program, "service.version": version})
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    exporter = OTLPSpanExporter(str(settings.traces_url), timeout=SENT_WITHIN)
    batches = BatchSpanProcessor(
        exporter, schedule_delay_millis=PAUSE * MILLISECONDS, export_timeout_millis=SENT_WITHIN * MILLISECONDS
    )
    provider.add_span_processor(batches)
    tracing.start(provider.get_tracer("ace"))
    try:
        yield
    finally:
        tracing.stop()
        provider.shutdown()
