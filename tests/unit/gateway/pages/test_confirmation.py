"""What the confirmation says about the emails: each one's status, and when it was last checked."""

from shared.contracts.commands import AskOutcome, StartApplication
from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.replies import ApplicationStatus
from shared.contracts.sealed import AccountName
from shared.contracts.state import State
from shared.domain.email import WELCOME
from shared.security.sealing import name_context
from tests.support.browser import Page
from tests.support.scripted_form import SIGNED, Form

SENT = dict.fromkeys(WELCOME, EmailStatus.SENT)


async def confirmed(form: Form, emails: dict[EmailKind, EmailStatus]) -> Page:
    return await form.submit(state=State.PROVISIONED, account="A-1", emails=emails)


def shown(page: Page) -> list[str]:
    return [str(tag["data-email"]) for tag in page.soup.select("[data-email]")]


async def test_each_email_is_said_to_be_as_far_as_it_is(form: Form) -> None:
    emails = {EmailKind.IMPORTER_VIEW_CONFIRMED: EmailStatus.SENT, EmailKind.ACCOUNT_READY: EmailStatus.DEFERRED}
    page = await confirmed(form, emails)
    assert shown(page) == ["sent", "deferred", "sending"]
    assert page.link("load this page again") == "/confirmation"
    assert "we keep trying" in page.text
    assert "Wait for the emails" in page.text


async def test_the_account_has_the_name_that_the_record_has(form: Form) -> None:
    page = await form.at_details()
    started = form.workers.of(StartApplication)[-1].message.application_id
    context = name_context(ApplicationStatus.TYPE, "account_name", started)
    name = form.commands.seal(AccountName(company_name="ACME IMPORTS INCORPORATED"), context)
    form.workers.outcome(state=State.PROVISIONED, account="A-1", account_name=name)
    page = await form.browser.press(page, "Submit", SIGNED)
    assert "Top account ACME IMPORTS INCORPORATED" in page.text


async def test_nobody_is_asked_to_wait_for_an_email_that_was_refused(form: Form) -> None:
    page = await confirmed(form, SENT | {EmailKind.ACCOUNT_READY: EmailStatus.REFUSED})
    assert shown(page) == ["sent", "refused", "sent"]
    assert "Wait for the emails" not in page.text
    assert "could not be delivered to Jane.Doe@example.com" in page.text
    assert "Follow the directions" not in page.text
    assert "load this page again" not in page.text
    assert page.path == "/confirmation"


async def test_an_email_that_we_could_not_send_is_said_to_be_our_fault(form: Form) -> None:
    page = await confirmed(form, SENT | {EmailKind.ACCOUNT_READY: EmailStatus.PARKED})
    assert shown(page) == ["sent", "parked", "sent"]
    assert "It could not be sent. This is our fault" in page.text
    assert "could not be sent to Jane.Doe@example.com, which is our fault" in page.text
    assert "Wait for the emails" not in page.text
    assert "Follow the directions" not in page.text
    assert page.link("load this page again") == "/confirmation"


async def test_loading_it_again_asks_again_until_all_were_sent(form: Form) -> None:
    await confirmed(form, {})
    assert shown(await form.browser.open("/confirmation")) == ["sending"] * 3
    form.workers.outcome(state=State.COMPLETED, account="A-1", emails=SENT)
    page = await form.browser.open("/confirmation")
    assert shown(page) == ["sent"] * 3
    assert "load this page again" not in page.text
    asked = len(form.workers.of(AskOutcome))
    form.workers.away = True
    assert shown(await form.browser.open("/confirmation")) == ["sent"] * 3
    form.workers.away = False
    assert shown(await form.browser.open("/confirmation")) == ["sent"] * 3
    assert len(form.workers.of(AskOutcome)) == asked + 1  # only the workers know whether somebody ended the session


async def test_what_the_page_before_was_told_is_news_once_and_for_a_second(form: Form) -> None:
    page = await form.at_details()
    form.workers.outcome(state=State.COMPLETED, account="A-1", emails=SENT)
    before = len(form.workers.of(AskOutcome))
    confirmation = await form.browser.press(page, "Submit", SIGNED)
    assert shown(confirmation) == ["sent"] * 3
    assert len(form.workers.of(AskOutcome)) == before + 1
    await form.browser.open("/confirmation")
    assert len(form.workers.of(AskOutcome)) == before + 2


async def test_with_the_broker_away_it_still_says_what_was_created(form: Form) -> None:
    await confirmed(form, {})
    form.workers.away = True
    page = await form.browser.open("/confirmation")
    assert "A-1" in page.text
    assert shown(page) == ["sending"] * 3
