"""What the pages say while something takes longer than usual."""

from shared.contracts.commands import SubmitDetails
from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.problem import Problem
from shared.contracts.state import State
from tests.support.browser import Page
from tests.support.scripted_form import REQUEST, Form


async def test_a_code_that_is_not_made_within_the_hour_is_no_longer_waited_for(form: Form) -> None:
    form.workers.outcome(state=State.REQUESTED)
    await form.at_code()
    form.clock.passes(minutes=59, seconds=59)
    assert (await form.browser.open("/waiting")).path == "/waiting"
    form.clock.passes(seconds=1)
    page = await form.browser.open("/waiting")
    assert (page.path, page.status, list(page.problems)) == ("/request", 503, ["unavailable"])
    assert {label: page.value(label) for label in REQUEST} == REQUEST


async def test_details_wait_for_a_broker_that_is_away_longer_than_a_session_idles(form: Form) -> None:
    await form.submit(away=True)
    form.clock.passes(hours=2)
    form.workers.away = False
    form.workers.outcome(state=State.COMPLETED, account="A-1")
    assert (await form.browser.open("/waiting")).path == "/confirmation"
    assert len(form.workers.of(SubmitDetails)) == 1


async def test_without_scripts_the_code_page_offers_to_look_again_how_far_its_email_is(form: Form) -> None:
    form.awaiting_code(emails={EmailKind.VERIFICATION_CODE: EmailStatus.DEFERRED})
    page = await form.at_code()
    assert page.link("Load this page again") == "/code"
    form.workers.outcome(state=State.REJECTED, problem=Problem.POC_EMAIL_REFUSED)
    page = await form.browser.open("/code")
    assert (page.path, list(page.problems)) == ("/request", ["poc-email-refused"])


def late(page: Page) -> str:
    """What the waiting page says about a long wait."""
    found = page.soup.select_one("#late:not([hidden])")
    return found.get_text() if found else ""


async def test_a_wait_is_said_to_be_longer_after_ten_seconds_and_what_to_do_after_a_minute(form: Form) -> None:
    form.workers.outcome(state=State.REQUESTED)
    page = await form.at_code()
    assert not late(page)
    form.clock.passes(seconds=9)
    assert not late(await form.browser.open("/waiting"))
    form.clock.passes(seconds=1)
    page = await form.browser.open("/waiting")
    assert "longer than usual" in late(page)
    assert page.refreshes_after == 5
    form.clock.passes(seconds=50)
    said = late(await form.browser.open("/waiting"))
    assert "longer than usual" not in said
    for part in ("nothing is lost", "Keep this page open", "come back to it in this browser", "ACE-"):
        assert part in said


async def test_what_was_not_sent_yet_is_said_to_be_kept_in_the_browser_and_what_was_submitted_to_be_in(
    form: Form,
) -> None:
    await form.submit(away=True)
    form.clock.passes(minutes=1)
    assert "kept in this browser" in late(await form.browser.open("/waiting"))
    form.workers.away = False
    form.workers.outcome(state=State.SUBMITTED)
    page = await form.browser.open("/waiting")
    assert "close it: an email tells you" in late(page)
    assert "Do not apply again" in late(page)


async def test_an_email_that_takes_longer_is_mentioned_on_the_code_page_until_it_is_sent(form: Form) -> None:
    form.awaiting_code(emails={EmailKind.VERIFICATION_CODE: EmailStatus.SENDING})
    page = await form.at_code()
    assert page.refreshes_after == 5
    assert "longer than usual" not in page.text
    form.clock.passes(seconds=10)
    assert "longer than usual" in (await form.browser.open("/code")).text
    form.clock.passes(seconds=50)
    page = await form.browser.open("/code")
    assert "The email has still not left" in page.text
    assert page.refreshes_after is None
    assert page.link("Load this page again") == "/code"
    form.awaiting_code()
    page = await form.browser.open("/code")
    assert "still not left" not in page.text
    assert page.refreshes_after is None


async def test_a_code_that_is_being_typed_is_not_swept_away_by_the_page(form: Form) -> None:
    page = await form.at_code()
    assert page.refreshes_after is None
    form.awaiting_code(emails={EmailKind.VERIFICATION_CODE: EmailStatus.SENDING})
    page = await form.browser.press(page, "Next >", {"*Verification Code": "ABC"})
    assert page.refreshes_after is None
