"""A copied cookie, at every milestone: worthless once the session went on elsewhere, or ended."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from starlette.requests import Request

from services.gateway.http.session_cookie import SessionCookie
from services.gateway.journey.session import Session
from shared.contracts.commands import AbandonApplication, AskOutcome, CheckCode, StartApplication, SubmitDetails
from shared.contracts.email_kind import EmailStatus
from shared.contracts.state import State
from shared.domain.email import WELCOME
from tests.support.browser import Page
from tests.support.scripted_form import CODE, DETAILS, NUMBER, REQUEST, SIGNED, Form

PERSONAL = ("345678900", "12-3456", "Jane", "Quincy", "Main Street", "example.com", "Acme", "A-1111")
CREATED: dict[str, Any] = {
    "state": State.COMPLETED,
    "account": "A-1111",
    "emails": dict.fromkeys(WELCOME, EmailStatus.SENT),
}
PATHS = ("/request", "/code", "/details", "/waiting", "/confirmation")


async def at_waiting(form: Form) -> Page:
    """Submits; the account is not created yet."""
    return await form.submit(state=State.SUBMITTED)


MILESTONES: dict[str, Callable[[Form], Awaitable[Page]]] = {
    "code": Form.at_code,
    "details": Form.at_details,
    "submitted": at_waiting,
    "confirmation": lambda form: form.submit(**CREATED),
}

ENDED: dict[str, dict[str, Any]] = {
    "created, and the session ended": {"state": State.COMPLETED, "session_over": True},
    "given up": {"state": State.ABANDONED},
}


async def look_everywhere(form: Form, cookies: httpx.Cookies) -> str:
    """What a copied cookie shows on every page."""
    seen = ""
    for path in PATHS:
        form.browser.client.cookies = httpx.Cookies(cookies)
        seen += (await form.browser.open(path)).response.text
        form.browser.client.cookies = httpx.Cookies(cookies)
        seen += (await form.browser.client.get("/status")).text
    return seen


def read_cookie(form: Form) -> Session:
    """The session in the browser's cookie."""
    cookie: SessionCookie = form.app.state.dependencies.cookie
    header = "; ".join(f"{name}={value}" for name, value in form.browser.client.cookies.items())
    session = cookie.load(Request({"type": "http", "headers": [(b"cookie", header.encode())]}))
    assert session
    return session


@pytest.mark.parametrize("ended", ENDED)
@pytest.mark.parametrize("milestone", MILESTONES)
async def test_a_copied_cookie_shows_nothing_once_the_workers_say_that_it_is_over(
    form: Form, milestone: str, ended: str
) -> None:
    await MILESTONES[milestone](form)
    copied = form.browser.remembered()
    form.clock.passes(seconds=11)
    form.workers.outcome(**ENDED[ended])
    seen = await look_everywhere(form, copied)
    assert [typed for typed in PERSONAL if typed in seen] == []


@pytest.mark.parametrize("milestone", ["code"])
async def test_a_cookie_from_before_the_right_code_shows_nothing_after_submit(form: Form, milestone: str) -> None:
    await MILESTONES[milestone](form)
    copied = form.browser.remembered()
    form.workers.outcome(**CREATED)
    assert [typed for typed in PERSONAL if typed in await look_everywhere(form, copied)] == []


async def test_a_cookie_from_before_submit_shows_only_the_confirmation_after_it(form: Form) -> None:
    await form.at_details()
    copied = form.browser.remembered()
    form.clock.passes(seconds=11)
    form.workers.outcome(**CREATED)
    seen = await look_everywhere(form, copied)
    assert "Main Street" not in seen
    assert "12-345678900" not in seen


async def test_another_requests_form_does_not_show_what_was_verified_of_a_session_that_is_over(form: Form) -> None:
    page = await form.at_details()
    copied = form.browser.remembered()
    form.clock.passes(seconds=11)
    form.workers.outcome(**ENDED["given up"])
    action, data = page.filled("Submit", SIGNED)
    form.browser.client.cookies = copied
    page = await form.browser.post(action, data | {"token": "forged"})
    assert page.path == "/details"
    assert "12-345678900" not in page.response.text
    assert "Acme" not in page.response.text


async def test_the_confirmation_is_over_a_day_after_submit_however_often_it_is_loaded(form: Form) -> None:
    await form.submit(**CREATED)
    for _ in range(24 * 3 - 1):
        form.clock.passes(minutes=20)
        assert (await form.browser.open("/confirmation")).path == "/confirmation"
    form.clock.passes(minutes=20)
    page = await form.browser.open("/confirmation")
    assert (page.path, list(page.problems)) == ("/request", ["session-over"])


async def test_after_completion_neither_page_nor_cookie_has_more_of_the_number_than_its_end(form: Form) -> None:
    page = await form.submit(**CREATED)
    assert "**-*****8900" in page.text
    assert "45678900" not in page.response.text
    session = read_cookie(form)
    assert "45678900" not in session.model_dump_json()
    assert session.details == {}
    assert session.grant == ""


async def test_nobody_asks_the_workers_again_right_after_the_code(form: Form) -> None:
    await form.at_code()
    before = len(form.workers.of(AskOutcome))
    await form.browser.press(await form.browser.open("/code"), "Next >", CODE)
    asked = len(form.workers.of(AskOutcome))
    assert asked - before == 1  # how far the code's email is
    form.clock.passes(seconds=11)
    assert (await form.browser.open("/details")).path == "/details"
    assert len(form.workers.of(AskOutcome)) == asked + 1


async def test_with_the_broker_away_the_details_can_still_be_filled_in(form: Form) -> None:
    await form.at_details()
    form.clock.passes(minutes=5)
    form.workers.away = True
    page = await form.browser.open("/details")
    assert page.path == "/details"
    assert "12-345678900" in page.response.text


class TestEnding:
    @pytest.mark.parametrize("milestone", MILESTONES)
    async def test_it_clears_the_browser_and_tells_the_workers(self, form: Form, milestone: str) -> None:
        page = await MILESTONES[milestone](form)
        started = form.workers.of(StartApplication)[-1].message.application_id
        action, data = page.filled("End the session", {})
        response = await form.browser.send(action, data)
        assert (response.status_code, response.headers["location"]) == (303, "/ended")
        assert response.headers["clear-site-data"] == '"cache", "storage"'
        assert not form.browser.client.cookies
        (told,) = form.workers.of(AbandonApplication)
        assert told.message.application_id == started
        ended = await form.browser.open("/ended")
        assert ended.heading == "The session has ended"
        assert not form.browser.client.cookies
        assert (await form.browser.open("/confirmation")).path == "/request"

    async def test_pressed_twice_it_is_one_command(self, form: Form) -> None:
        page = await form.submit(**CREATED)
        before = form.browser.remembered()
        await form.browser.press(page, "End the session")
        form.browser.client.cookies = before
        await form.browser.press(page, "End the session")
        first, second = form.workers.of(AbandonApplication)
        assert first.id == second.id

    async def test_with_the_broker_away_the_browser_is_cleared_all_the_same(self, form: Form) -> None:
        page = await form.submit(**CREATED)
        form.workers.away = True
        assert (await form.browser.press(page, "End the session")).path == "/ended"
        assert not form.browser.client.cookies

    async def test_another_browsers_form_ends_nothing_for_the_workers(self, form: Form) -> None:
        page = await form.submit(**CREATED)
        action, data = page.filled("End the session", {})
        assert (await form.browser.post(action, data | {"token": "forged"})).path == "/ended"
        assert not form.browser.client.cookies
        assert not form.workers.of(AbandonApplication)

    async def test_another_site_cannot_end_it(self, form: Form) -> None:
        page = await form.submit(**CREATED)
        action, data = page.filled("End the session", {})
        response = await form.browser.client.post(action, data=data, headers={"Sec-Fetch-Site": "cross-site"})
        assert response.status_code == 403
        assert form.browser.client.cookies

    async def test_what_is_on_its_way_has_to_arrive_first(self, form: Form) -> None:
        form.workers.say_nothing(SubmitDetails)
        page = await form.submit(status="pending")
        assert page.path == "/waiting"
        assert page.buttons == []


class TestTheNewId:
    async def test_the_right_code_gives_the_session_a_new_id_and_a_wrong_one_does_not(self, form: Form) -> None:
        page = await form.at_code()
        before = read_cookie(form).id
        assert (await form.browser.press(page, "Next >", {"*Verification Code": "AAAA"})).path == "/code"
        assert read_cookie(form).id == before
        await form.browser.press(page, "Next >", CODE)
        after = read_cookie(form)
        assert (after.id == before, after.former_id) == (False, before)

    async def test_a_double_click_across_the_change_leads_on_and_everything_goes_on_working(self, form: Form) -> None:
        page = await form.at_code()
        before = form.browser.remembered()
        details = await form.browser.press(page, "Next >", CODE)
        form.browser.client.cookies = before  # the second click was sent before the first one's response came
        again = await form.browser.press(page, "Next >", CODE)
        assert again.path == "/details"
        first, second = form.workers.of(CheckCode)
        assert first.id == second.id
        form.workers.outcome(**CREATED)
        assert (await form.browser.press(details, "Submit", SIGNED)).path == "/confirmation"

    async def test_a_code_page_in_another_tab_leads_on(self, form: Form) -> None:
        page = await form.at_code()
        await form.browser.press(page, "Next >", CODE)
        for button in ("Next >", "< Back", "Get a new code"):
            assert (await form.browser.press(page, button)).path == "/details"
        assert len(form.workers.of(CheckCode)) == 1
        assert not form.workers.of(AbandonApplication)

    async def test_page_1_in_another_tab_still_begins_anew(self, form: Form) -> None:
        await form.at_code()
        first = await form.at_request()
        await form.browser.press(await form.browser.open("/code"), "Next >", CODE)
        page = await form.browser.press(first, "Next >", REQUEST | {NUMBER: "98-765432100"})
        assert page.path == "/code"

    async def test_a_token_from_before_the_code_submits_nothing(self, form: Form) -> None:
        old = (await form.at_code()).filled("Next >", {})[1]["token"]
        page = await form.browser.press(await form.browser.open("/code"), "Next >", CODE)
        action, data = page.filled("Submit", SIGNED)
        page = await form.browser.post(action, data | {"token": old})
        assert page.path == "/details"
        assert not form.workers.of(SubmitDetails)
        assert {label: page.value(label) for label in DETAILS} == DETAILS
