"""When the workers are asked for news: soon at first, then rarely."""

from services.gateway.journey.pace import LATEST
from shared.contracts.commands import AskOutcome
from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.message import Reply
from shared.contracts.state import State
from tests.support.scripted_form import REQUEST, SIGNED, Form


def record_questions(form: Form) -> list[float]:
    """The seconds of waiting at which each question comes from now on."""
    asked: list[float] = []
    began, answer = form.workers.waited, form.workers.answers[AskOutcome]

    def record(question: AskOutcome) -> Reply | None:
        asked.append(round(form.workers.waited - began, 2))
        return answer(question)

    form.workers.answers[AskOutcome] = record
    return asked


async def test_after_a_post_the_workers_are_asked_four_times_before_the_waiting_page(form: Form) -> None:
    page = await form.at_request()
    form.workers.outcome(status="pending")
    asked = record_questions(form)
    page = await form.browser.press(page, "Next >", REQUEST)
    assert page.path == "/waiting"
    assert [time for time in asked if time < 3] == [0.15, 0.4, 1, 2]


async def test_a_page_that_waits_longer_asks_once_each_time_it_loads(form: Form) -> None:
    page = await form.at_request()
    form.workers.outcome(status="pending")
    await form.browser.press(page, "Next >", REQUEST)
    form.clock.passes(seconds=5)
    asked = record_questions(form)
    page = await form.browser.open("/waiting")
    assert page.path == "/waiting"
    assert asked == [0]


async def test_a_code_page_whose_email_is_late_asks_once_each_time_it_loads_and_comes_at_once(form: Form) -> None:
    form.awaiting_code(emails={})
    await form.at_code()
    form.clock.passes(seconds=5)
    asked, waited = record_questions(form), form.workers.waited
    page = await form.browser.open("/code")
    assert page.path == "/code"
    assert (asked, form.workers.waited) == ([0], waited)


async def test_a_confirmation_whose_emails_are_late_asks_once_each_time_it_loads_and_comes_at_once(form: Form) -> None:
    await form.submit(state=State.PROVISIONED, account="A-1111-2222-3333", emails={})
    form.clock.passes(seconds=5)
    asked, waited = record_questions(form), form.workers.waited
    page = await form.browser.open("/confirmation")
    assert page.path == "/confirmation"
    assert (asked, form.workers.waited) == ([0], waited)


async def find_first_question(form: Form) -> float:
    """The seconds after which the workers are first asked about a new request."""
    page = await form.at_request()
    asked = record_questions(form)
    await form.browser.press(page, "Next >", REQUEST | {"*Company Name": f"Acme {form.workers.waited}"})
    return asked[0]


async def test_after_a_question_that_came_before_the_codes_email_the_next_first_one_comes_later(form: Form) -> None:
    form.awaiting_code(emails={EmailKind.VERIFICATION_CODE: EmailStatus.SENDING})
    assert [await find_first_question(form) for _ in range(3)] == [0.15, 0.18, 0.22]


async def test_after_answers_that_left_nothing_to_ask_the_first_question_comes_sooner_again(form: Form) -> None:
    form.awaiting_code(emails={})
    late = [await find_first_question(form) for _ in range(6)][-1]
    form.awaiting_code()
    sooner = [await find_first_question(form) for _ in range(40)]
    assert late > sooner[5] > sooner[39] == 0.15


async def test_however_slow_the_workers_are_the_first_question_comes_within_a_fixed_time(form: Form) -> None:
    form.workers.outcome(status="pending")
    assert max([await find_first_question(form) for _ in range(20)]) == LATEST


async def test_slow_codes_do_not_make_anybody_wait_for_an_account(form: Form) -> None:
    form.awaiting_code(emails={})
    await find_first_question(form)
    form.awaiting_code()
    page = await form.at_details()
    form.workers.outcome(state=State.SUBMITTED)
    asked = record_questions(form)
    await form.browser.press(page, "Submit", SIGNED)
    assert asked[0] == 0.15


async def test_account_emails_that_are_not_out_yet_are_asked_for_later_the_next_time(form: Form) -> None:
    for expected in (0.15, 0.18):
        form.awaiting_code()
        page = await form.at_details()
        form.workers.outcome(state=State.PROVISIONED, account="A-1111-2222-3333", emails={})
        asked = record_questions(form)
        page = await form.browser.press(page, "Submit", SIGNED)
        assert page.path == "/confirmation"
        assert asked[0] == expected
