"""When the workers are asked for news: soon at first, then rarely."""

from services.gateway.journey.progress import count_pause
from shared.contracts.commands import AskOutcome
from shared.contracts.message import Reply
from tests.support.scripted_form import REQUEST, Form


def record_questions(form: Form) -> list[float]:
    """The seconds of waiting at which each question comes from now on."""
    asked: list[float] = []
    began, answer = form.workers.waited, form.workers.answers[AskOutcome]

    def record(question: AskOutcome) -> Reply | None:
        asked.append(round(form.workers.waited - began, 2))
        return answer(question)

    form.workers.answers[AskOutcome] = record
    return asked


def test_questions_come_at_the_stated_times() -> None:
    waited, times = 0.0, []
    for _ in range(8):
        waited += count_pause(waited)
        times.append(round(waited, 2))
    assert times == [0.15, 0.4, 1, 2, 4, 9, 14, 19]


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
