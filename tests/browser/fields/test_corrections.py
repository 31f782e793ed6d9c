"""Correcting a field removes its error: there, in the summary, in the title, and for screen readers."""

import re

import pytest
from playwright.async_api import Locator, expect

from shared.contracts.commands import CheckCode, StartApplication
from shared.contracts.problem import Problem
from shared.contracts.replies import Refused
from tests.browser.stage.accessibility import violations
from tests.browser.stage.guest import Guest
from tests.support.scripted_form import COMPANY, EMAIL, NUMBER, REQUEST

CODE = "*Verification Code"


def summary(guest: Guest) -> Locator:
    return guest.page.get_by_role("group", name=re.compile("^Check th"))


async def is_free_of_errors(guest: Guest, label: str) -> None:
    field = guest.field(label)
    await expect(field).not_to_have_attribute("aria-invalid", "true")
    await expect(field).not_to_have_class(re.compile("error"))
    await expect(field).not_to_have_accessible_description(re.compile("Error"))


async def test_an_error_disappears_with_its_line_in_the_summary_and_that_is_announced(guest: Guest) -> None:
    await guest.visitor.open("/request?new")
    await guest.visitor.press("Next >")
    await guest.field(COMPANY).press_sequentially("Acme")
    await is_free_of_errors(guest, COMPANY)
    await expect(summary(guest).get_by_role("heading")).to_have_text("Check these 2 fields")
    await expect(summary(guest).get_by_role("link")).to_have_count(2)
    await expect(guest.read_out).to_have_text("Corrected: Company Name. 2 errors are left.")
    await expect(guest.field(COMPANY)).to_be_focused()
    assert (await guest.page.title()).startswith("Error: ")
    assert await violations(guest.page) == []


async def test_the_last_error_takes_the_summary_and_the_title_with_it(guest: Guest) -> None:
    await guest.visitor.open("/request?new")
    await guest.visitor.send({**REQUEST, NUMBER: "12-3456789"})
    number = guest.field(NUMBER)
    await number.fill("12-345678900")
    await is_free_of_errors(guest, NUMBER)
    await expect(summary(guest)).to_have_count(0)
    await expect(guest.page).to_have_title(re.compile("^Part 1 of 4"))
    await expect(number).to_have_accessible_description(re.compile("NN-NNNNNNNXX"))
    await expect(guest.read_out).to_have_text("Corrected: Importer Record Number (IR#). No errors are left.")


async def test_an_error_stays_while_the_field_is_wrong_and_says_what_is_wrong_by_then(guest: Guest) -> None:
    await guest.visitor.open("/request?new")
    await guest.visitor.send({**REQUEST, NUMBER: ""})
    async with guest.page.expect_response("**/request/check"):
        await guest.field(NUMBER).press_sequentially("12-3456789")
    error = guest.page.locator("#importer-number-error")
    await expect(error).to_contain_text("Enter the Importer Record Number")
    await guest.leave_field()
    async with guest.page.expect_response("**/request/check"):
        await guest.field(COMPANY).press("End")
        await guest.page.keyboard.type("x")
    await expect(error).to_contain_text("Add the EIN's two-character suffix")
    await expect(summary(guest).get_by_role("link")).to_contain_text("Add the EIN's")


@pytest.mark.full
async def test_nothing_turns_red_that_was_not_red(guest: Guest) -> None:
    await guest.visitor.open("/request?new")
    await guest.visitor.send({**REQUEST, NUMBER: ""})
    async with guest.page.expect_response("**/request/check"):
        await guest.field(EMAIL).fill("nobody")
    await expect(guest.page.locator("[data-problem]")).to_have_count(1)


@pytest.mark.full
async def test_typing_does_not_move_the_screen(guest: Guest) -> None:
    await guest.at_details()
    await guest.visitor.press("Submit")
    field = guest.field("*City")
    await field.focus()
    await guest.page.mouse.wheel(0, 1)
    before = await field.bounding_box()
    await guest.page.keyboard.type("Springfield")
    await expect(guest.page.locator("#city-error")).to_have_count(0)
    await guest.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    after = await field.bounding_box()
    assert before
    assert after
    assert abs(before["y"] - after["y"]) < 2


async def test_the_box_of_the_authorization_and_a_choice_count_as_corrected(guest: Guest) -> None:
    await guest.at_details()
    await guest.visitor.press("Submit")
    await guest.page.locator("#authorized").check()
    await expect(guest.page.locator("#authorized-error")).to_have_count(0)
    await guest.field("*Company Organizational Structure").select_option("Corporation")
    await is_free_of_errors(guest, "*Company Organizational Structure")
    await guest.field("*Country").press_sequentially("germ")
    await guest.page.keyboard.press("ArrowDown")
    await guest.page.keyboard.press("Enter")
    await expect(guest.page.locator("#country-error")).to_have_count(0)


async def test_a_wrong_codes_error_leaves_when_something_else_is_typed(guest: Guest) -> None:
    await guest.at_code()
    guest.form.awaiting_code(tries_left=4)
    guest.form.workers.on(CheckCode, Refused, problem=Problem.CODE_WRONG, tries_left=4)
    await guest.visitor.send({CODE: "ABCD-EFGH"})
    await guest.field(CODE).press("End")
    await expect(guest.page.locator("#code-error")).to_have_count(1)
    await guest.page.keyboard.press("Backspace")
    await is_free_of_errors(guest, CODE)
    await expect(guest.page).to_have_title(re.compile("^Part 2 of 4"))


async def test_an_address_that_is_in_use_is_wrong_until_another_is_typed(guest: Guest) -> None:
    guest.form.workers.on(StartApplication, Refused, problem=Problem.EMAIL_IN_USE)
    await guest.visitor.open("/request?new")
    await guest.visitor.send(REQUEST)
    await guest.field(COMPANY).fill("Acme Imports, Inc.")
    await expect(guest.page.locator("#email-error")).to_have_count(1)
    await guest.field(EMAIL).fill("john.doe@example.com")
    await is_free_of_errors(guest, EMAIL)


async def test_a_problem_without_a_field_stays(guest: Guest) -> None:
    guest.form.workers.on(StartApplication, Refused, problem=Problem.IMPORTER_NOT_MATCHED)
    await guest.visitor.open("/request?new")
    await guest.visitor.send(REQUEST)
    await guest.page.locator(".summary").get_by_role("link", name="Company Name").click()
    await expect(guest.field(COMPANY)).to_be_focused()
    await guest.page.keyboard.type("x")
    assert await guest.visitor.problems() == ["importer-not-matched"]
    assert (await guest.page.title()).startswith("Error: ")


async def test_without_a_network_everything_stays_as_it_is(guest: Guest) -> None:
    await guest.visitor.open("/request?new")
    await guest.visitor.press("Next >")
    await guest.page.route("**/request/check", lambda route: route.abort())
    async with guest.page.expect_event("requestfailed"):
        await guest.field(COMPANY).fill("Acme")
    await expect(summary(guest).get_by_role("link")).to_have_count(3)
    await expect(guest.field(COMPANY)).to_have_value("Acme")
    guest.visitor.complaints.found.clear()  # expected: the network failed
