"""A code that may be late: its answer is waited for, our fault is told as ours, and sending slowly gains no time."""

from typing import Any

import pytest

from shared.contracts.commands import CheckCode
from shared.contracts.problem import Problem
from shared.contracts.replies import Refused
from shared.contracts.state import State
from shared.web import form_body
from tests.support.scripted_form import CODE, REQUEST, Form


async def test_a_code_on_its_way_is_waited_for_though_its_request_has_expired(form: Form) -> None:
    page = await form.at_code()
    form.workers.say_nothing(CheckCode)
    form.workers.outcome(status="pending", state=State.EXPIRED, expires_at=form.expires_at)
    page = await form.browser.press(page, "Next >", CODE)
    assert page.path == "/waiting"
    form.clock.passes(minutes=40)
    form.accept_code()
    assert (await form.browser.open("/waiting")).path == "/details"


@pytest.mark.parametrize("by_status", [False, True])
async def test_a_code_that_we_delayed_is_our_fault_and_what_was_typed_stays(form: Form, *, by_status: bool) -> None:
    if by_status:
        await form.at_code()
        form.workers.outcome(state=State.EXPIRED, problem=Problem.DELAYED)
        page = await form.browser.open("/code")
    else:
        form.workers.on(CheckCode, Refused, problem=Problem.DELAYED)
        page = await form.enter_code()
    assert (page.path, page.status, list(page.problems)) == ("/request", 200, ["delayed"])
    assert {label: page.value(label) for label in REQUEST} == REQUEST


async def test_who_begins_to_send_in_time_and_ends_too_late_is_late(
    form: Form, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = await form.at_code()
    read = form_body.read_form

    async def read_slowly(*arguments: Any) -> dict[str, str]:
        form.clock.passes(seconds=40)
        return await read(*arguments)

    monkeypatch.setattr("services.gateway.pages.visit.read_form", read_slowly)
    form.clock.passes(minutes=9, seconds=40)
    page = await form.browser.press(page, "Next >", CODE)
    assert list(page.problems) == ["code-expired"]
    assert not form.workers.of(CheckCode)
