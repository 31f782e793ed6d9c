"""Spans leave a process only if a setting says where to, and a collector that is away is told once and holds nobody."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from pydantic import HttpUrl
from structlog.testing import capture_logs

from shared.observability import tracing
from shared.observability.span_exporter import SENT_WITHIN
from shared.observability.trace_export import export_spans
from shared.settings.groups import ServiceSettings, SettingError
from tests.support.settings import settings_with_keys

AWAY = HttpUrl("http://127.0.0.1:9/v1/traces")
MODULES = ("services.gateway.app", "services.intake.app", "services.notifier.app", "shared.worker")


class Collector(HTTPServer):
    """Answers as a collector does, and keeps what it was sent."""

    def __init__(self) -> None:
        self.received: list[ExportTraceServiceRequest] = []
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append(ExportTraceServiceRequest.FromString(body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Keeps quiet."""


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def set_url(url: HttpUrl | None) -> ServiceSettings:
    return settings_with_keys(traces_url=url)


def test_what_is_left_at_the_end_is_sent_as_the_programs_own(collector: Collector) -> None:
    with export_spans("verifier", set_url(HttpUrl(f"http://127.0.0.1:{collector.server_port}/v1/traces"))):
        assert tracing.is_on()
        with tracing.open_span("a step"):
            pass
    assert not tracing.is_on()
    [request] = collector.received
    [resource] = request.resource_spans
    named = {pair.key: pair.value.string_value for pair in resource.resource.attributes}
    assert (named["service.name"], named["service.namespace"]) == ("verifier", "ace")
    assert [span.name for scope in resource.scope_spans for span in scope.spans] == ["a step"]


def test_a_collector_that_is_away_is_told_once_and_does_not_hold_the_end() -> None:
    began = time.monotonic()
    with capture_logs() as lines, export_spans("verifier", set_url(AWAY)), tracing.open_span("a step"):
        pass
    assert time.monotonic() - began < 2 * SENT_WITHIN
    assert [line["event"] for line in lines] == ["traces are not taken: is the collector there?"]


def test_without_the_setting_there_are_no_spans() -> None:
    with export_spans("verifier", set_url(None)):
        assert not tracing.is_on()


def test_without_the_extra_the_setting_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "shared.observability.span_exporter", None)
    with pytest.raises(SettingError, match="ACE_TRACES_URL needs the extra `traces`"), export_spans("a", set_url(AWAY)):
        pytest.fail("it began")


def test_no_program_imports_the_sdk_on_its_own() -> None:
    look = f"import sys, {', '.join(MODULES)}; sys.exit('opentelemetry.sdk' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", look], check=False, timeout=60).returncode == 0  # noqa: S603
