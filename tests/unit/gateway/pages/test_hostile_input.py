"""Whatever is sent, the response is a page: never a 500, a script, or somebody else's form."""

from urllib.parse import quote, urlencode

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.contracts.catalogue import COMMANDS, QUERIES
from shared.web.form_body import LARGEST, WHOLE
from shared.web.security_headers import CONTENT_SECURITY_POLICY
from tests.support.scripted_form import REQUEST, SIGNED, Form

POSTS = ("/request", "/code", "/details")
URLENCODED = {"content-type": "application/x-www-form-urlencoded"}
few = settings(
    max_examples=settings().max_examples // 3,  # each loads whole pages
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
texts = st.text(max_size=300) | st.sampled_from(
    ["\x00", "\ud7ff", "\u200b", "<script>alert(1)</script>", "'\"><b>", "{{7*7}}"]
)


async def post(form: Form, path: str, content: bytes, **headers: str) -> httpx.Response:
    return await form.browser.client.post(path, content=content, headers=URLENCODED | headers)


@few
@given(typed=st.tuples(texts, texts, texts))
async def test_any_text_on_page_1_is_answered_with_a_page(form: Form, typed: tuple[str, str, str]) -> None:
    action, data = (await form.at_request()).filled("Next >", dict(zip(REQUEST, typed, strict=True)))
    response = await form.browser.client.post(action, data=data)
    assert response.status_code in (200, 303)


@few
@given(code=texts)
async def test_any_text_as_a_code_is_answered_with_a_page(form: Form, code: str) -> None:
    action, data = (await form.at_code()).filled("Next >", {"*Verification Code": code})
    response = await form.browser.client.post(action, data=data)
    assert response.status_code in (200, 303)


@few
@given(typed=st.lists(texts, min_size=len(SIGNED), max_size=len(SIGNED)))
async def test_any_text_on_page_3_is_answered_with_a_page(form: Form, typed: list[str]) -> None:
    page = await form.browser.open("/details")
    page = page if page.path == "/details" else await form.at_details()
    action, data = page.filled("Submit", dict(zip(SIGNED, typed, strict=True)))
    response = await form.browser.client.post(action, data=data)
    assert response.status_code == 200


@few
@given(content=st.binary(max_size=2000))
async def test_any_bytes_are_answered_with_a_page(form: Form, content: bytes) -> None:
    for path in POSTS:
        assert (await post(form, path, content)).status_code in (200, 413)


@few
@given(value=st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters=';,"\\'), max_size=200))
async def test_any_cookie_is_answered_with_a_page(form: Form, value: str) -> None:
    response = await form.browser.client.get("/request?new", headers={"cookie": f"ace-session-0={value}; ;=; a"})
    assert response.status_code == 200


async def test_what_was_typed_reaches_html_only_escaped(form: Form) -> None:
    typed = REQUEST | {"*Company Name": '"><script>alert(1)</script>', "*Importer Record Number (IR#)": "<b>"}
    page = await form.browser.press(await form.at_request(), "Next >", typed)
    assert page.value("*Company Name") == typed["*Company Name"]
    assert "<script>" not in page.response.text


@pytest.mark.parametrize("path", POSTS)
async def test_a_body_larger_than_the_form_can_be_is_refused(form: Form, path: str) -> None:
    for size in (LARGEST + 1, 20_000_000):
        response = await post(form, path, b"company_name=" + b"a" * size)
        assert response.status_code == 413
        assert "<h1>What was sent is too large</h1>" in response.text


async def test_the_largest_body_that_is_taken_comes_back_whole(form: Form) -> None:
    long = "a" * 50_000
    page = await form.browser.press(await form.at_request(), "Next >", REQUEST | {"*Company Name": long})
    assert page.value("*Company Name") == long
    assert "too long" in page.error_at("*Company Name")


@pytest.mark.parametrize("size", [WHOLE, 500_000, LARGEST - 2_000])
async def test_a_malformed_body_comes_back_with_its_errors_and_the_rest_as_typed(form: Form, size: int) -> None:
    typed = REQUEST | {"*Company Name": "a" * size}
    page = await form.browser.press(await form.at_request(), "Next >", typed)
    assert "too long" in page.error_at("*Company Name")
    assert page.value("*Company Name") == "a" * 4000
    assert {label: page.value(label) for label in REQUEST} == typed | {"*Company Name": "a" * 4000}
    assert not form.workers.sent


async def test_too_many_fields_are_refused(form: Form) -> None:
    assert (await post(form, "/request", b"&".join(b"a%d=1" % n for n in range(500)))).status_code == 413


async def test_the_first_of_a_repeated_field_counts(form: Form) -> None:
    _, data = (await form.at_request()).filled("Next >", REQUEST)
    content = urlencode([*data.items(), ("email", "second@example.com")]).encode()
    assert (await post(form, "/request", content)).status_code == 303
    assert (await form.browser.open("/code")).path == "/code"


@pytest.mark.parametrize(
    "kind", ["multipart/form-data; boundary=x", "application/json", "text/plain", "", "\xff/;;=", "x" * 900]
)
async def test_a_form_of_another_kind_is_refused(form: Form, kind: str) -> None:
    response = await form.browser.client.post(
        "/request", content=b"{}", headers=[(b"content-type", kind.encode("latin-1"))]
    )
    assert response.status_code == 415


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://["},
        {"origin": "https://form.test"},
        {"origin": "http://form.test:8080"},
        {"origin": "http://form.test:x"},
        {"origin": "form.test"},
        {"sec-fetch-site": "none", "origin": "http://evil.example"},
    ],
)
async def test_a_form_from_another_site_is_refused(form: Form, headers: dict[str, str]) -> None:
    page = await form.at_request()
    action, data = page.filled("Next >", REQUEST)
    response = await form.browser.client.post(action, data=data, headers=headers)
    assert response.status_code == 403
    assert not form.workers.sent


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "http://form.test"},
        {"origin": "HTTP://FORM.test:80"},
        {"sec-fetch-site": "same-origin", "origin": "null"},
    ],
)
async def test_our_own_form_is_accepted_from_every_kind_of_browser(form: Form, headers: dict[str, str]) -> None:
    action, data = (await form.at_request()).filled("Next >", REQUEST)
    assert (await form.browser.client.post(action, data=data, headers=headers)).status_code == 303


@pytest.mark.parametrize(
    "path", ["/nowhere", "/request/", "/static/", "/static/../app.py", "/static/%00", "/%ff", "/static/" + "a" * 3000]
)
async def test_an_unknown_path_gets_a_page_that_says_so(form: Form, path: str) -> None:
    response = await form.browser.client.get(path)
    assert response.status_code in (404, 405)
    assert "<h1>" in response.text


async def test_a_query_of_any_kind_changes_nothing(form: Form) -> None:
    for query in ("?" + "a" * 5000, "?%ff=%00", "?new=1&new=2", "?" + quote("<script>")):
        response = await form.browser.client.get("/request" + query)
        assert response.status_code == 200
        assert "<script>" not in response.text


async def test_other_methods_are_refused_with_a_page(form: Form) -> None:
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS"):
        assert (await form.browser.client.request(method, "/request")).status_code == 405
    assert (await form.browser.client.head("/request")).status_code == 200


@pytest.mark.parametrize("path", ["/", "/request", "/nowhere", "/livez", "/static/x/css/form.css"])
async def test_every_response_has_the_security_headers(form: Form, path: str) -> None:
    headers = (await form.browser.client.get(path)).headers
    assert headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-content-type-options"] == "nosniff"
    assert ("camera=()" in headers.get("permissions-policy", "")) == ("static" not in path)
    assert headers["cache-control"] == ("public, max-age=60" if "static" in path else "no-store")


async def test_a_bug_in_this_service_shows_a_page_that_quotes_nobody(
    form: Form, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_: object) -> None:
        raise RuntimeError("12-345678900 jane.doe@example.com")

    form.workers.answers.clear()
    form.workers.answers |= dict.fromkeys((*COMMANDS, *QUERIES), fail)
    action, data = (await form.at_request()).filled("Next >", REQUEST)
    response = await form.browser.client.post(action, data=data)
    assert response.status_code == 500
    assert "<h1>Something went wrong on our side</h1>" in response.text
    logged = capsys.readouterr().out
    assert "RuntimeError" in logged
    assert "345678900" not in logged + response.text
    assert "jane.doe" not in logged + response.text


async def test_nothing_that_was_typed_is_logged(form: Form, capsys: pytest.CaptureFixture[str]) -> None:
    await form.at_confirmation()
    logged = capsys.readouterr().out
    assert "command sent" in logged
    for typed in (*REQUEST.values(), *SIGNED.values(), "ABCDEFGH", "345678900", "granted"):
        assert typed.lower() not in logged.lower() or typed in ("yes", "Corporation")
