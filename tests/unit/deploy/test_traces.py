"""The store of traces of `make run`: what a real exporter sends is read, found by application, and bounded."""

import asyncio

import httpx
import pytest
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.trace import Link, Status, StatusCode
from pydantic import HttpUrl
from starlette.testclient import TestClient

from deploy.local.traces import receiver
from deploy.local.traces.receiver import create_app
from deploy.local.traces.store import MOST_OF_TRACE, Span, SpanStore
from services.console.applications.traces import find_spans
from shared.settings.console import TraceSettings
from tests.support.services import serving

REFERENCE = "ACE-1234-5678"


def a_span(trace: str, reference: str = "", begins: int = 0) -> Span:
    attributes = {"ace.reference": reference} if reference else {}
    return Span(trace, "s", "", "a step", "intake", begins, begins + 1, "", attributes)


def export(address: str) -> int:
    """Sends two spans with a link to a trace; returns the id of that."""
    provider = TracerProvider(resource=Resource({"service.name": "intake"}), shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(OTLPSpanExporter(f"{address}/v1/traces")))
    tracer = provider.get_tracer("test")
    earlier = tracer.start_span("an earlier trace").get_span_context()
    with tracer.start_as_current_span("process intake.start-application", links=[Link(earlier)]) as outer:
        outer.set_attributes({"ace.reference": REFERENCE, "ace.attempts": 2})
        with tracer.start_as_current_span("send reply") as inner:
            inner.set_status(Status(StatusCode.ERROR, "the caller is gone"))
    provider.shutdown()
    return earlier.trace_id


async def test_what_is_exported_is_read_by_the_console() -> None:
    async with serving(create_app(SpanStore())) as address:
        earlier = await asyncio.to_thread(export, address)
        settings = TraceSettings(trace_store_url=HttpUrl(address))
        found = await find_spans(settings, REFERENCE)
        assert found
        first, second = found
        assert (first.name, first.service, first.parent_id) == ("process intake.start-application", "intake", "")
        assert first.attributes == {"ace.reference": REFERENCE, "ace.attempts": 2}
        assert first.linked == [f"{earlier:032x}"]
        assert (second.parent_id, second.error) == (first.span_id, "the caller is gone")
        assert first.seconds >= second.seconds > 0
        assert await find_spans(settings, "ACE-0000-0000") == []


async def test_a_store_that_is_away_or_not_set_is_not_taken_for_no_spans() -> None:
    assert await find_spans(TraceSettings(trace_store_url=None), REFERENCE) is None
    assert await find_spans(TraceSettings(trace_store_url=HttpUrl("http://127.0.0.1:9/")), REFERENCE) is None


@pytest.mark.parametrize("body", [b"\xff\xff", b"{}"])
def test_what_is_no_export_is_refused(body: bytes) -> None:
    assert TestClient(create_app(SpanStore())).post("/v1/traces", content=body).status_code == 400


def test_a_request_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiver, "MOST_BYTES", 10)
    response: httpx.Response = TestClient(create_app(SpanStore())).post("/v1/traces", content=b"x" * 11)
    assert response.status_code == 413


def test_the_oldest_traces_make_room() -> None:
    store = SpanStore(most=3)
    store.add(a_span(trace, f"reference {trace}", at) for at, trace in enumerate("abcd"))
    assert store.find("reference a") == []
    assert [span.trace_id for span in store.find("reference d")] == ["d"]


def test_a_trace_that_goes_on_stays() -> None:
    store = SpanStore(most=3)
    store.add([a_span("a", "one"), a_span("b", "two"), a_span("a", begins=5), a_span("c", "three")])
    assert [span.begins for span in store.find("one")] == [0, 5]
    assert store.find("two") == []


def test_a_trace_without_end_is_cut() -> None:
    store = SpanStore()
    store.add(a_span("a", "one", at) for at in range(MOST_OF_TRACE + 10))
    assert len(store.find("one")) == MOST_OF_TRACE
