"""The details page's time: 30 minutes from the last request, six hours in all, and typed text survives it."""

import httpx
import pytest

from shared.contracts.commands import SubmitDetails
from shared.contracts.problem import Problem
from shared.contracts.replies import Refused
from shared.contracts.state import State
from tests.support.browser import Page
from tests.support.scripted_form import AUTHORIZATION, CODE, DETAILS, NUMBER, REQUEST, SIGNED, Form

KEEP = "Save and get more time"
OTHER = REQUEST | {"*Company Name": "Somebody Else LLC", NUMBER: "98-765432100"}
HALF_DONE = {"*Account Owner First Name": "Jane", "*Zip Code": "nonsense", "*Country": "Uni"}


async def asked_by_script(form: Form, page: Page, typed: dict[str, str]) -> httpx.Response:
    action, data = page.filled(KEEP, typed)
    headers = form.browser.headers | {"Accept": "application/json"}
    return await form.browser.client.post(action, data=data, headers=headers)


def shown(page: Page) -> dict[str, str]:
    return {label: page.value(label) for label in DETAILS}


async def enter_the_next_code(form: Form, page: Page, typed: dict[str, str]) -> Page:
    form.awaiting_code()
    page = await form.browser.press(page, "Next >", typed)
    return await form.browser.press(page, "Next >", CODE)


async def test_more_time_keeps_everything_typed_and_judges_nothing(form: Form) -> None:
    page = await form.browser.press(await form.at_details(), KEEP, HALF_DONE | {AUTHORIZATION: "yes"})
    assert (page.path, page.status, page.problems) == ("/details", 200, {})
    assert {label: page.value(label) for label in HALF_DONE} == HALF_DONE
    assert [tag.get_text() for tag in page.soup.select('[role="status"]') if "30 more minutes" in tag.get_text()]
    assert "30 more minutes" not in (await form.browser.open("/details")).text  # it is said once
    assert not form.workers.of(SubmitDetails)


async def test_more_time_is_thirty_minutes_again_until_six_hours_are_over(form: Form) -> None:
    page = await form.at_details()
    for _ in range(12):
        form.clock.passes(minutes=29)
        page = await form.browser.press(page, KEEP, HALF_DONE)
        assert page.path == "/details"
    form.clock.passes(minutes=12)
    page = await form.browser.press(page, KEEP, HALF_DONE)
    assert list(page.problems) == ["session-over"]


async def test_a_script_is_told_how_many_seconds_there_are_now_and_in_all(form: Form) -> None:
    page = await form.at_details()
    form.clock.passes(minutes=20)
    answer = await asked_by_script(form, page, HALF_DONE)
    assert answer.status_code == 200
    assert answer.json() == {"left": 1800, "left_in_all": 6 * 3600 - 1200}
    page = await form.browser.open("/details")
    assert page.value("*Account Owner First Name") == "Jane"
    assert "30 more minutes" not in page.text


async def test_near_the_six_hours_a_script_is_told_of_no_more_than_is_left(form: Form) -> None:
    page = await form.at_details()
    for _ in range(14):
        form.clock.passes(minutes=25)
        answer = await asked_by_script(form, page, HALF_DONE)
    assert answer.json()["left"] == answer.json()["left_in_all"] == 600


async def test_a_script_that_asks_too_late_is_sent_to_page_1_and_nothing_typed_is_lost(form: Form) -> None:
    page = await form.at_details()
    form.clock.passes(minutes=31)
    answer = await asked_by_script(form, page, DETAILS)
    assert (answer.status_code, answer.json()) == (200, {"path": "/request"})
    page = await form.browser.open("/request")
    assert list(page.problems) == ["session-over"]
    assert "What you entered about the company and the account owner is saved" in page.text
    assert page.value(NUMBER) == REQUEST[NUMBER]
    assert shown(await enter_the_next_code(form, page, {})) == DETAILS


async def test_what_was_saved_outlasts_the_session_and_is_shown_once_a_code_was_entered(form: Form) -> None:
    await form.browser.press(await form.at_details(), KEEP, DETAILS)
    form.clock.passes(hours=2)
    page = await form.browser.open("/details")
    assert list(page.problems) == ["session-over"]
    assert DETAILS["*Street Address"] not in page.text
    assert [page.value(label) for label in REQUEST] == ["Acme Imports Inc", "", "Jane.Doe@example.com"]
    form.clock.passes(hours=2)  # it takes time to reach a person
    page = await form.browser.open("/request")
    assert [page.value(label) for label in REQUEST] == ["", "", ""]
    assert shown(await enter_the_next_code(form, page, REQUEST)) == DETAILS


async def test_after_a_day_nothing_is_left(form: Form) -> None:
    await form.browser.press(await form.at_details(), KEEP, DETAILS)
    form.clock.passes(hours=24)
    page = await enter_the_next_code(form, await form.browser.open("/request"), REQUEST)
    assert shown(page) == dict.fromkeys(DETAILS, "")


async def test_details_being_submitted_cannot_be_changed_by_saving_in_another_tab(form: Form) -> None:
    page = await form.at_details()
    form.workers.away = True
    await form.browser.press(page, "Submit", SIGNED)
    assert (await form.browser.press(page, KEEP, SIGNED | {"*City": "Elsewhere"})).path == "/waiting"
    assert (await asked_by_script(form, page, {"*City": "Elsewhere"})).json() == {"path": "/waiting"}
    form.workers.away = False
    form.workers.outcome(state=State.COMPLETED, account="A-1")
    assert (await form.browser.open("/waiting")).path == "/confirmation"


async def test_the_authorization_is_given_anew_for_what_comes_back(form: Form) -> None:
    page = await form.browser.press(await form.at_details(), KEEP, SIGNED)
    assert not page.input(AUTHORIZATION).has_attr("checked")
    form.workers.outcome(status="parked", state=State.SUBMITTED)
    page = await form.browser.press(page, "Submit", {AUTHORIZATION: "yes"})
    assert list(page.problems) == ["unavailable"]
    assert not page.input(AUTHORIZATION).has_attr("checked")
    assert not (await form.browser.open("/details")).input(AUTHORIZATION).has_attr("checked")


async def test_trying_again_after_a_failure_asks_for_the_authorization_again(form: Form) -> None:
    form.workers.on(SubmitDetails, Refused, problem=Problem.UNAVAILABLE)
    page = await form.submit()
    assert not page.input(AUTHORIZATION).has_attr("checked")
    assert "the authorization has to be selected again" in page.problems["unavailable"]


async def two_requests(form: Form) -> tuple[Page, Page]:
    """The details page of one request, and the code page of another begun later."""
    old = await form.at_details()
    form.awaiting_code()
    return old, await form.at_code()


@pytest.mark.parametrize("button", ["Submit", KEEP])
async def test_details_of_an_earlier_request_wait_for_the_code_of_the_newer_one(form: Form, button: str) -> None:
    old, new = await two_requests(form)
    page = await form.browser.press(old, button, SIGNED)
    assert (page.status, list(page.problems)) == (200, ["session-over"])
    assert "belonged to an earlier request" in page.text
    assert page.link("Go on with it") == "/code"
    page = await form.browser.press(new, "Next >", CODE)
    assert shown(page) == DETAILS
    assert not page.input(AUTHORIZATION).has_attr("checked")
    assert not form.workers.of(SubmitDetails)


async def test_the_newer_of_two_details_of_an_importer_is_kept(form: Form) -> None:
    old = await form.browser.press(await form.at_details(), KEEP, DETAILS)
    form.awaiting_code()
    new = await form.at_code()
    await form.browser.press(old, "Submit", SIGNED | {"*City": "Elsewhere"})
    page = await form.browser.press(new, "Next >", CODE)
    assert shown(page) == DETAILS | {"*City": "Elsewhere"}


async def test_details_of_an_earlier_request_wait_for_their_own_importer(form: Form) -> None:
    old = await form.at_details()
    form.awaiting_code()
    new = await form.browser.press(await form.at_request(), "Next >", OTHER)
    await form.browser.press(old, "Submit", SIGNED)
    page = await form.browser.press(new, "Next >", CODE)
    assert shown(page) == dict.fromkeys(DETAILS, "")
    form.awaiting_code()
    page = await enter_the_next_code(form, await form.at_request(), REQUEST)
    assert shown(page) == DETAILS


async def test_details_of_an_earlier_request_stand_on_the_newer_ones_page_to_be_checked(form: Form) -> None:
    old, new = await two_requests(form)
    await form.browser.press(new, "Next >", CODE)
    answer = await asked_by_script(form, old, {"*City": "Elsewhere"})
    assert answer.json() == {"path": "/details"}
    assert (await form.browser.open("/details")).value("*City") == "Elsewhere"
    page = await form.browser.press(old, "Submit", SIGNED)
    assert (page.status, list(page.problems)) == (200, ["session-over"])
    assert "Check that it is right for the company" in page.text
    assert shown(page) == DETAILS
    form.workers.outcome(state=State.COMPLETED, account="A-1")
    assert (await form.browser.press(page, "Submit", {AUTHORIZATION: "yes"})).path == "/confirmation"


async def test_details_of_an_earlier_request_do_not_change_what_another_one_submitted(form: Form) -> None:
    old, new = await two_requests(form)
    page = await form.browser.press(new, "Next >", CODE)
    form.workers.away = True
    await form.browser.press(page, "Submit", SIGNED)
    page = await form.browser.press(old, "Submit", SIGNED | {"*City": "Elsewhere"})
    assert "is saved" not in page.text
    answer = await asked_by_script(form, old, {"*City": "Elsewhere"})
    assert (answer.status_code, answer.json()) == (200, {"path": "/waiting"})
    form.workers.away = False
    form.workers.outcome(status="parked", state=State.SUBMITTED)
    assert (await form.browser.open("/waiting")).value("*City") == "Springfield"


async def test_a_wrong_address_is_corrected_by_a_new_request_without_typing_the_rest_again(form: Form) -> None:
    await form.browser.press(await form.at_details(), KEEP, DETAILS)
    form.awaiting_code()
    corrected = REQUEST | {"*Business Email Address (Account Owner Login Email)": "jane@example.com"}
    page = await enter_the_next_code(form, await form.at_request(), corrected)
    assert shown(page) == DETAILS


@pytest.mark.parametrize("pause", [{}, {"minutes": 31}, {"hours": 5}])
async def test_another_importer_is_not_offered_what_was_typed_for_the_first(
    form: Form, pause: dict[str, float]
) -> None:
    await form.browser.press(await form.at_details(), KEEP, DETAILS)
    form.clock.passes(**pause)
    await form.browser.open("/details")
    form.clock.passes(**pause)
    form.awaiting_code()
    page = await enter_the_next_code(form, await form.at_request(), OTHER)
    assert shown(page) == dict.fromkeys(DETAILS, "")
