"""OpenTelemetry's SDK, as we use it. Imported only where spans go somewhere: `trace_export` says when."""

import logging
import os
from collections.abc import Sequence
from importlib import metadata

import structlog
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.environment_variables import OTEL_TRACES_SAMPLER
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExportResult
from opentelemetry.sdk.trace.sampling import ParentBased

from shared.observability.span_sampler import SteadySampler

log = structlog.get_logger()

SENT_WITHIN = 2
"""Seconds that a collector may take for an answer, and for the last spans at the end: one that is away keeps no process
from stopping."""

PAUSE = 1
"""Seconds that finished spans wait for others."""

MILLISECONDS = 1000


class SpanExporter(OTLPSpanExporter):
    """Says once that the collector takes no spans, and once that it does again. The SDK would say it every second."""

    _is_away = False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Sends spans. Those that are not taken are lost."""
        result = super().export(spans)
        is_away = result is not SpanExportResult.SUCCESS
        if is_away != self._is_away:
            self._is_away = is_away
            if is_away:
                log.warning("traces are not taken: is the collector there?", setting="ACE_TRACES_URL")
            else:
                log.info("traces are taken again")
        return result


def make_provider(program: str, url: str) -> TracerProvider:
    """Makes spans of a program, which go to this URL by OTLP over HTTP.

    The SDK's own setting of a sampler goes first.
    """
    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
    version = metadata.version("ace-portal-account-application")
    resource = Resource.create({"service.namespace": "ace", "service.name": program, "service.version": version})
    sampler = None if OTEL_TRACES_SAMPLER in os.environ else ParentBased(SteadySampler())
    provider = TracerProvider(sampler, resource, shutdown_on_exit=False)
    exporter = SpanExporter(url, timeout=SENT_WITHIN)
    provider.add_span_processor(BatchSpanProcessor(exporter, schedule_delay_millis=PAUSE * MILLISECONDS))
    return provider
