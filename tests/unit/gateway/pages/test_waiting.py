"""Replies that are late: the page says so, continues without a click, and loses nothing."""

import pytest

from shared.contracts.commands import AbandonApplication, AskOutcome, CheckCode, StartApplication
from shared.contracts.problem import Problem
from shared.contracts.replies import ApplicationStatus, NotYet, RecordedReply, Refused
from shared.contracts.state import State
from tests.support.scripted_form import CODE, DETAILS, REQUEST, Form


def recorded(reply: Refused) -> dict[str, object]:
    return {"status": "known", "reply": RecordedReply(type=reply.TYPE, body=reply.body().decode())}


async def test_a_command_waits_for_an_unreachable_broker_and_is_sent_unchanged_when_it_is_back(form: Form) -> None:
    page = await form.at_request()
    form.workers.away = True
    page = await form.browser.press(page, "Next >", REQUEST)
    assert (page.path, page.status, page.refreshes_after) == ("/waiting", 200, 2)
    assert "ACE-" in page.text
    assert "goes on by itself" in page.text
    typed_at = form.clock.at
    form.clock.passes(minutes=3)
    later = await form.browser.open("/waiting")
    assert later.refreshes_after == 5
    form.workers.away = False
    form.awaiting_code()
    page = await form.browser.open("/waiting")
    assert page.path == "/code"
    (start,) = form.workers.of(StartApplication)
    assert start.message.taken_at == typed_at  # type: ignore[attr-defined]


async def test_a_command_that_was_taken_is_asked_about_and_not_sent_again(form: Form) -> None:
    form.workers.say_nothing(StartApplication)
    form.workers.outcome(status="pending")
    page = await form.browser.press(await form.at_request(), "Next >", REQUEST)
    assert page.path == "/waiting"
    refusal = Refused(application_id=form.workers.sent[0].message.application_id, problem=Problem.IMPORTER_NOT_MATCHED)
    form.workers.outcome(**recorded(refusal), state=State.REJECTED, problem=Problem.IMPORTER_NOT_MATCHED)
    page = await form.browser.open("/waiting")
    assert (page.path, page.status, list(page.problems)) == ("/request", 200, ["importer-not-matched"])
    assert {label: page.value(label) for label in REQUEST} == REQUEST
    (start,) = form.workers.of(StartApplication)
    asked = form.workers.of(AskOutcome)[-1].message
    assert isinstance(asked, AskOutcome)
    assert asked.command_id == start.id


async def test_a_command_without_an_outcome_is_repeated_rarely_under_its_own_id(form: Form) -> None:
    form.workers.say_nothing(StartApplication)
    form.workers.outcome(status="pending")
    await form.browser.press(await form.at_request(), "Next >", REQUEST)
    for _ in range(60):
        form.clock.passes(minutes=1)
        await form.browser.open("/waiting")
    sent = form.workers.of(StartApplication)
    assert 3 <= len(sent) <= 8
    assert len({(command.id, command.at) for command in sent}) == 1


@pytest.mark.parametrize("parked", [True, False])
async def test_a_request_that_is_parked_is_unavailable_and_kept(form: Form, parked: bool) -> None:
    if parked:
        form.workers.say_nothing(StartApplication)
        form.workers.outcome(status="parked", state=State.REQUESTED)
    else:
        form.workers.on(StartApplication, Refused, problem=Problem.UNAVAILABLE)
    page = await form.browser.press(await form.at_request(), "Next >", REQUEST)
    assert (page.path, page.status, list(page.problems)) == ("/request", 503, ["unavailable"])
    assert {label: page.value(label) for label in REQUEST} == REQUEST


async def test_a_code_that_is_still_being_made_is_waited_for(form: Form) -> None:
    form.workers.outcome(state=State.REQUESTED)
    page = await form.at_code()
    assert (page.path, page.refreshes_after) == ("/waiting", 2)
    form.awaiting_code()
    assert (await form.browser.open("/waiting")).path == "/code"


async def test_the_hour_counts_from_when_the_request_was_sent_however_late_it_is_taken_in(form: Form) -> None:
    page = await form.at_request()
    form.workers.away = True
    await form.browser.press(page, "Next >", REQUEST)
    form.clock.passes(hours=1)
    assert (await form.browser.open("/waiting")).path == "/waiting"
    form.workers.away = False
    form.workers.outcome(state=State.REQUESTED)
    page = await form.browser.open("/waiting")
    assert (page.path, list(page.problems)) == ("/request", ["unavailable"])


async def test_a_code_that_was_made_in_the_last_minute_of_the_hour_can_be_entered_after_it(form: Form) -> None:
    form.workers.outcome(state=State.REQUESTED)
    await form.at_code()
    form.clock.passes(minutes=59)
    form.awaiting_code()
    form.clock.passes(minutes=2)
    assert (await form.browser.open("/waiting")).path == "/code"


async def test_a_request_that_expired_before_a_code_was_made_keeps_what_was_typed(form: Form) -> None:
    form.workers.outcome(state=State.EXPIRED)
    page = await form.at_code()
    assert list(page.problems) == ["unavailable"]
    assert {label: page.value(label) for label in REQUEST} == REQUEST


async def test_a_code_counts_from_when_it_was_sent_however_long_the_verifier_is_away(form: Form) -> None:
    page = await form.at_code()
    form.workers.say_nothing(CheckCode)
    form.workers.outcome(status="pending", state=State.AWAITING_CODE, expires_at=form.expires_at)
    form.clock.passes(minutes=9)
    page = await form.browser.press(page, "Next >", CODE)
    assert page.path == "/waiting"
    sent_at = form.clock.at
    form.clock.passes(minutes=40)
    form.accept_code()
    page = await form.browser.open("/waiting")
    assert page.path == "/details"
    assert {command.message.taken_at for command in form.workers.of(CheckCode)} == {sent_at}  # type: ignore[attr-defined]


async def test_a_code_that_was_taken_too_early_is_sent_again(form: Form) -> None:
    form.workers.on(CheckCode, NotYet)
    page = await form.enter_code()
    assert page.path == "/waiting"
    form.accept_code()
    assert (await form.browser.open("/waiting")).path == "/details"
    assert len({command.id for command in form.workers.of(CheckCode)}) == 1


async def test_an_account_in_the_making_is_waited_for(form: Form) -> None:
    page = await form.submit(state=State.SUBMITTED)
    assert page.path == "/waiting"
    assert "account is being created" in page.heading
    form.workers.outcome(state=State.PROVISIONED, account="A-1")
    assert (await form.browser.open("/waiting")).path == "/confirmation"


async def test_an_account_that_cannot_be_made_shows_the_details_again(form: Form) -> None:
    page = await form.submit(status="parked", state=State.SUBMITTED)
    assert (page.path, list(page.problems)) == ("/details", ["unavailable"])
    assert {label: page.value(label) for label in DETAILS} == DETAILS


async def test_an_email_among_the_dead_letters_does_not_hide_the_account(form: Form) -> None:
    page = await form.submit(status="parked", state=State.PROVISIONED, account="A-1")
    assert page.path == "/confirmation"


async def test_back_closes_the_request_and_shows_page_1_empty(form: Form) -> None:
    page = await form.browser.press(await form.at_code(), "< Back")
    assert page.path == "/request"
    assert "starts again" in page.text
    assert not page.problems
    assert [page.value(label) for label in REQUEST] == ["", "", ""]
    start, abandon = form.workers.commands
    assert isinstance(abandon.message, AbandonApplication)
    assert abandon.message.application_id == start.message.application_id


async def test_back_waits_for_the_broker_but_not_for_the_verifier(form: Form) -> None:
    page = await form.at_code()
    form.workers.away = True
    page = await form.browser.press(page, "< Back")
    assert page.path == "/waiting"
    form.workers.away = False
    form.workers.say_nothing(AbandonApplication)
    page = await form.browser.open("/waiting")
    assert page.path == "/request"
    assert "starts again" in page.text


async def test_an_outcome_of_another_application_is_not_believed(form: Form) -> None:
    other = "11111111-1111-5111-8111-111111111111"
    form.workers.say_nothing(StartApplication)
    form.workers.answers[AskOutcome] = lambda _: ApplicationStatus(
        application_id=other,
        status="known",
        state=State.COMPLETED,
        account="A-9",
    )
    page = await form.browser.press(await form.at_request(), "Next >", REQUEST)
    assert page.path == "/waiting"


async def test_a_recorded_reply_that_cannot_be_read_is_unavailable_and_not_a_500(form: Form) -> None:
    form.workers.say_nothing(StartApplication)
    form.workers.outcome(reply=RecordedReply(type="refused.v1", body="{}"))
    page = await form.browser.press(await form.at_request(), "Next >", REQUEST)
    assert list(page.problems) == ["unavailable"]


async def test_a_second_click_while_the_first_is_waited_for_keeps_its_time(form: Form) -> None:
    page = await form.at_code()
    form.workers.away = True
    clicked_at = form.clock.at
    await form.browser.press(page, "Next >", CODE)
    form.clock.passes(minutes=2)
    form.workers.away = False
    assert (await form.browser.press(page, "Next >", CODE)).path == "/details"
    (check,) = form.workers.of(CheckCode)
    assert check.message.taken_at == clicked_at  # type: ignore[attr-defined]
