"""Connections whose data is not a request, or never becomes one."""

import pytest
from structlog.testing import capture_logs

from shared.web import http_protocol
from shared.web.security_headers import HEADERS
from tests.unit.gateway.http.wire import Wire

FORM = b"POST /request HTTP/1.1\r\nHost: form.test\r\nContent-Type: application/x-www-form-urlencoded\r\n"
NEXT = b"GET /livez HTTP/1.1\r\nHost: form.test\r\n\r\n"


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_protocol, "REQUEST_WITHIN", 0.2)


@pytest.mark.parametrize(
    "garbage",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n",
        b"GET /\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nA : b\r\n\r\n",
    ],
)
async def test_data_that_is_not_http_is_answered_with_the_security_headers(wire: Wire, garbage: bytes) -> None:
    answer = await wire.answers(garbage)
    assert answer.startswith("HTTP/1.1 400 ")
    assert all(f"{name}: {value}\r\n" in answer for name, value in {**HEADERS, "Cache-Control": "no-store"}.items())


async def test_a_form_that_is_cut_into_garbage_is_answered_once(wire: Wire) -> None:
    answer = await wire.answers(FORM + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", NEXT)
    assert answer.count("HTTP/1.1 ") == 1
    assert answer.startswith("HTTP/1.1 400 ")


async def test_garbage_after_the_head_of_a_request_is_not_a_bug_in_this_service(wire: Wire) -> None:
    with capture_logs() as logs:
        answer = await wire.answers(b"GET / HTTP/1.1\r\nHost: form.test\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")
    assert answer.startswith("HTTP/1.1 400 ")
    assert [line["log_level"] for line in logs] in ([], ["warning"])  # a line a minute says that it was not HTTP


async def test_a_request_that_says_twice_where_it_ends_is_refused_and_nothing_after_it_is_taken(wire: Wire) -> None:
    answer = await wire.answers(FORM + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + NEXT)
    assert answer.count("HTTP/1.1 ") == 1
    assert answer.startswith("HTTP/1.1 400 ")
    assert "<h1>This could not be read</h1>" in answer


async def test_a_browser_that_left_while_it_was_answered_is_no_bug_in_this_service(wire: Wire) -> None:
    await wire.has(0)
    client = wire.connect()
    await wire.has(1)
    (served,) = wire.served
    client.close()
    served.transport.write(b"too late")  # answered with a reset, which the event loop has not seen yet
    served.end()
    await wire.has(0)


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("begun", [b"", b"GET / HT", b"GET /livez HTTP/1.1\r\nHost: form.test\r\n"])
async def test_a_connection_whose_request_never_completes_is_dropped(wire: Wire, begun: bytes) -> None:
    assert await wire.answers(begun) == ""


@pytest.mark.usefixtures("hurried")
async def test_an_unfinished_request_is_dropped_however_busy_it_looks(wire: Wire) -> None:
    assert await wire.answers(b"GET /livez HTTP/1.1\r\n", *[b"A: b\r\n"] * 6, every=0.05) == ""


@pytest.mark.usefixtures("hurried")
async def test_a_connection_answered_before_the_end_of_its_request_is_dropped_too(wire: Wire) -> None:
    head = b"GET /livez HTTP/1.1\r\nHost: form.test\r\nContent-Length: 1000\r\n\r\n"
    assert (await wire.answers(head, *[b"a"] * 6, every=0.05)).endswith("alive\n")


async def test_a_slow_request_on_a_connection_that_was_used_is_answered(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_protocol, "REQUEST_WITHIN", 2.0)  # shorter than all of this, far longer than one request
    half = len(NEXT) // 2
    last = NEXT.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    answer = await wire.answers(NEXT, NEXT[:half], NEXT[half:], NEXT, last, every=0.6)
    assert answer.count("HTTP/1.1 200 ") == 4
