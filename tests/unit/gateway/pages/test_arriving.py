"""Links from other sites: the browser withholds the session (SameSite=Strict), and must not get another one."""

import httpx
import pytest

from tests.support.scripted_form import REQUEST, Form

ELSEWHERE = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
PATHS = ["/request", "/request?new", "/code", "/details", "/confirmation", "/waiting"]


async def arrive(form: Form, path: str, **headers: str) -> httpx.Response:
    """Follows a link to the form, without the cookies that a browser would withhold."""
    transport = httpx.ASGITransport(app=form.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://form.test") as client:
        return await client.get(path, headers=ELSEWHERE | headers)


@pytest.mark.parametrize("path", PATHS)
async def test_a_visitor_from_another_site_comes_again_from_ours_before_a_session_is_set(form: Form, path: str) -> None:
    response = await arrive(form, path)
    assert response.status_code == 200
    assert "set-cookie" not in response.headers
    assert f'<meta http-equiv="refresh" content="0; url={path}">' in response.text
    assert f'<a href="{path}">Continue</a>' in response.text
    again = await form.browser.client.get(path, headers={"Sec-Fetch-Site": "same-origin"})
    assert "set-cookie" in again.headers


async def test_a_visitor_with_a_session_sees_the_page_immediately_from_anywhere(form: Form) -> None:
    await form.at_code()
    response = await form.browser.client.get("/code", headers=ELSEWHERE)
    assert "Verification code" in response.text
    assert "set-cookie" in response.headers


@pytest.mark.parametrize("site", ["none", "same-origin", "same-site"])
async def test_a_visitor_who_types_the_address_sees_the_page_immediately(form: Form, site: str) -> None:
    response = await form.browser.client.get("/request", headers={"Sec-Fetch-Site": site})
    assert all(label in response.text for label in REQUEST)


async def test_the_start_page_is_shown_to_whoever_comes_and_sets_no_session(form: Form) -> None:
    response = await arrive(form, "/")
    assert "Importers:" in response.text
    assert "set-cookie" not in response.headers


async def test_an_address_that_somebody_made_up_reaches_the_page_only_escaped(form: Form) -> None:
    response = await arrive(form, "/request?\"><script>alert(1)</script>'&new")
    assert "<script" not in response.text
    assert "set-cookie" not in response.headers
