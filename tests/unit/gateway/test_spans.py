"""A page's request begins a trace."""

from collections.abc import Iterator

import pytest
from opentelemetry.trace import SpanKind

from tests.support.scripted_form import REQUEST, Form
from tests.support.spans import Spans, recording


@pytest.fixture
def spans() -> Iterator[Spans]:
    with recording() as found:
        yield found


async def test_a_post_is_a_span_with_its_page_and_status_and_nothing_that_was_typed(form: Form, spans: Spans) -> None:
    await form.browser.press(await form.browser.open("/request"), "Next >", REQUEST)
    post = spans.one("POST request")
    assert post.kind is SpanKind.SERVER
    assert post.attributes == {
        "http.request.method": "POST",
        "http.route": "request",
        "http.response.status_code": 303,
    }
    for typed in REQUEST.values():
        assert typed not in spans.text


async def test_a_browser_forces_no_trace(form: Form, spans: Spans) -> None:
    theirs = "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01"
    await form.browser.client.get("/request", headers={"traceparent": theirs, "tracestate": "x=1", "baggage": "a=b"})
    (span,) = spans.all
    assert span.parent is None
    assert span.context
    assert f"{span.context.trace_id:032x}" not in theirs


async def test_style_sheets_and_strangers_paths_are_no_spans(form: Form, spans: Spans) -> None:
    await form.browser.client.get("/wp-login.php")
    await form.browser.client.get("/static/0/none.css")
    assert spans.all == []
