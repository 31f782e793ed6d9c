"""Whatever is sent to the form over HTTP, it answers soon, with a page of limited size and never with a 500."""

from dataclasses import dataclass
from urllib.parse import quote_plus

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message

from services.gateway.forms import fields
from shared.web.form_body import LARGEST
from tests.fuzz.cases import cases, soon
from tests.fuzz.hostile import TRAPS, texts
from tests.support.browser import Page
from tests.support.scripted_form import CODE, REQUEST, SIGNED, Form

LARGEST_PAGE = 400_000
"""Bytes of a page, beyond eight for each posted: a character is echoed as `&#39;`, perhaps twice."""

NAMES = [*fields.TITLES, "token", "challenge", "wait", "g-recaptcha-response", "action"]
PATHS = (
    "/",
    "/request",
    "/request/check",
    "/code",
    "/details",
    "/details/check",
    "/confirmation",
    "/waiting",
    "/status",
)
TYPED = (*REQUEST.values(), *CODE.values(), *SIGNED.values())


@dataclass(frozen=True)
class Stage:
    """A page that waits to be sent, and the session that it belongs to."""

    path: str
    data: dict[str, str]
    cookies: httpx.Cookies


@pytest.fixture
async def stages(form: Form) -> list[Stage]:
    """Pages 1 to 3, filled in."""

    def keep(page: Page, button: str, typed: dict[str, str]) -> Stage:
        return Stage(*page.filled(button, typed), form.browser.remembered())

    first = keep(await form.at_request(), "Next >", REQUEST)
    second = keep(await form.at_code(), "Next >", CODE)
    return [first, second, keep(await form.enter_code(), "Submit", SIGNED)]


async def post(form: Form, stage: Stage, path: str, content: bytes, kind: str) -> None:
    """Sends this in the stage's session, and opens the pages that follow."""
    client = form.browser.client
    client.cookies = httpx.Cookies(stage.cookies)
    with soon():
        response = await client.post(path, content=content, headers={"content-type": kind}, follow_redirects=True)
    assert response.status_code in (200, 400, 403, 405, 413, 415, 429), response.status_code
    assert len(response.content) < LARGEST_PAGE + 8 * len(content)
    assert "<script>" not in response.text or "text/html" not in response.headers["content-type"]


@cases(200)
@given(
    place=st.integers(0, 2),
    changes=st.dictionaries(st.sampled_from(NAMES), texts(TYPED), min_size=1, max_size=4),
    check=st.booleans(),
)
async def test_any_text_in_any_field_of_any_page_is_answered(
    form: Form, stages: list[Stage], place: int, changes: dict[str, str], check: bool
) -> None:
    stage = stages[place]
    body = "&".join(f"{name}={quote_plus(value)}" for name, value in {**stage.data, **changes}.items())
    path = f"{stage.path}/check" if check and place != 1 else stage.path
    await post(form, stage, path, body.encode()[:LARGEST], "application/x-www-form-urlencoded")


pieces = st.sampled_from(
    [
        *(trap.encode() for trap in TRAPS),
        *(f"{name}=".encode() for name in NAMES),
        b"&",
        b";",
        b"=",
        b"%",
        b"&&",
        b"\xff",
        b"--x\r\n",
        b'Content-Disposition: form-data; name="a"; filename="../b"\r\n\r\n',
        b"--x--",
        b"a=1&" * 200,
        b"%41" * 9_000,
    ]
)
kinds = st.sampled_from(
    [
        "application/x-www-form-urlencoded",
        "APPLICATION/X-WWW-FORM-URLENCODED ; charset=utf-16",
        "multipart/form-data",
        "multipart/form-data; boundary=x",
        "multipart/form-data; boundary=" + "-" * 9_000,
        "application/json",
        "text/plain",
        "",
    ]
)


@cases(100)
@given(place=st.integers(0, 2), path=st.sampled_from(PATHS), sent=st.tuples(st.lists(pieces, max_size=12), kinds))
async def test_any_body_of_any_type_is_answered(
    form: Form, stages: list[Stage], place: int, path: str, sent: tuple[list[bytes], str]
) -> None:
    body, kind = sent
    await post(form, stages[place], path, b"".join(body), kind)


HEADERS = ("host", "cookie", "origin", "sec-fetch-site", "accept", "accept-encoding", "content-type", "x-forwarded-for")
header_values = st.lists(
    st.sampled_from(
        [*(trap.encode() for trap in TRAPS), b"[", b"]", b":", b"http://[", b"http://a:99999", b"null", b"gzip;q=0"]
    )
    | st.sampled_from(
        [b"cross-site", b"same-origin", b"ace-session-0=", b"; ", b'\\"' * 9_000, b"k1." + b"A" * 3_000, b"\xff"]
    ),
    max_size=6,
).map(lambda parts: bytes(byte for byte in b"".join(parts) if byte >= 32))


@dataclass
class Exchange:
    """One request as the server passes it on, and the answer. Its own HTTP library would refuse to send some."""

    method: str
    path: str
    query: bytes
    headers: list[tuple[bytes, bytes]]
    status: int = 0

    async def receive(self) -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(self, message: Message) -> None:
        self.status = message.get("status", self.status)

    async def run(self, form: Form) -> int:
        scope = {
            "type": "http",
            "http_version": "1.1",
            "scheme": "http",
            "client": ("203.0.113.7", 1),
            "server": ("h", 80),
        }
        own = {"method": self.method, "path": self.path, "raw_path": b"", "query_string": self.query, "root_path": ""}
        await form.app({**scope, **own, "headers": self.headers}, self.receive, self.send)
        return self.status


@cases(150)
@given(
    method=st.sampled_from(["GET", "GET", "POST", "HEAD", "PUT", "OPTIONS", "\u0130"]),
    path=st.sampled_from(PATHS)
    | st.lists(st.sampled_from(["/", "static", "..", *TRAPS]), max_size=6).map(lambda p: "/" + "".join(p)),
    query=st.lists(st.sampled_from(["new", "=", "&", "%", "%ff", "%00", "+", "a" * 999, "a=1&" * 999]), max_size=6).map(
        "".join
    ),
    sent=st.lists(st.tuples(st.sampled_from(HEADERS), header_values), max_size=4),
)
async def test_any_path_query_and_headers_are_answered(
    form: Form, method: str, path: str, query: str, sent: list[tuple[str, bytes]]
) -> None:
    with soon():
        status = await Exchange(method, path, query.encode(), [(name.encode(), value) for name, value in sent]).run(
            form
        )
    assert 200 <= status < 500, status
