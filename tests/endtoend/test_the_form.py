"""The whole form over HTTP, without scripts, with real servers and a real mailbox."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from shared.settings.processes import Settings
from tests.support.applicant import ACME
from tests.support.browser import Window, browsing
from tests.support.mail_sink import MailSink, code_in
from tests.support.records import stored
from tests.support.scripted_form import AUTHORIZATION, DETAILS, request
from tests.support.services import serving_system

REQUEST = request(ACME.company_name, ACME.importer_number, ACME.email)


@pytest.fixture
async def browser(system: Settings) -> AsyncIterator[Window]:
    """A browser at the form, which has its own port."""
    async with serving_system(system) as address, browsing(address, Window) as found:
        yield found


async def request_code(browser: Window, box: MailSink) -> str:
    """Fills out page 1; returns the code that the point of contact reads."""
    await browser.open("/")
    await browser.open(browser.page.link("Importers:"))
    await browser.submit("Next >", REQUEST)
    assert browser.page.path == "/code", browser.page.text
    assert "p***@a***.example" in browser.page.text
    (email,) = await box.emails(1)
    assert browser.page.reference in email.text
    return code_in(email.text)


async def test_an_importers_staff_fill_the_form_and_get_an_account(
    browser: Window, box: MailSink, system: Settings
) -> None:
    code = await request_code(browser, box)

    await browser.submit("Next >", {"*Verification Code": "0000-0000"})
    assert list(browser.page.problems) == ["code-wrong"]
    assert "4 tries left" in browser.page.text
    await browser.submit("Next >", {"*Verification Code": code.lower().replace("-", " ")})
    assert browser.page.path == "/details"
    assert browser.page.value("Company Name") == ACME.company_name
    assert browser.page.input("Company Name").has_attr("readonly")

    await browser.submit("Submit", {**DETAILS, "DUNS#": "12-345-6789", "State": "illinois", "*Zip Code": "nowhere"})
    assert browser.page.problems.keys() == {"field-invalid"}
    assert browser.page.value("*Zip Code") == "nowhere"
    assert browser.page.value("*Street Address") == DETAILS["*Street Address"]
    await browser.submit("Submit", {"*Zip Code": DETAILS["*Zip Code"], AUTHORIZATION: "yes"})
    assert browser.page.path == "/confirmation", browser.page.text

    (account,) = await stored(system, "top_accounts")
    assert account["_id"] in browser.page.text
    assert "56789AB" not in browser.page.text
    emails = await box.emails(4)
    assert sorted(email.to for email in emails) == ["Ada@acme.example"] * 2 + ["poc@acme.example"] * 2


async def test_going_back_kills_the_code_and_empties_the_form(browser: Window, box: MailSink) -> None:
    await request_code(browser, box)
    await browser.submit("< Back")
    assert browser.page.path == "/request"
    assert not browser.page.value("*Company Name")


async def test_a_new_code_takes_the_place_of_the_old_one(browser: Window, box: MailSink) -> None:
    old = await request_code(browser, box)
    first = browser.page.reference
    await browser.submit("Get a new code")
    assert browser.page.path == "/code", browser.page.text
    assert browser.page.reference != first
    text = (await box.emails(2))[-1].text
    assert browser.page.reference in text
    await browser.submit("Next >", {"*Verification Code": old})
    assert list(browser.page.problems) == ["code-wrong"]
    await browser.submit("Next >", {"*Verification Code": code_in(text)})
    assert browser.page.path == "/details"


async def test_while_another_code_needs_a_step_up_the_last_one_works(browser: Window, box: MailSink) -> None:
    await request_code(browser, box)
    for sent in (2, 3):
        await browser.submit("Get a new code")
        last = code_in((await box.emails(sent))[-1].text)
    await browser.submit("Get a new code")
    assert list(browser.page.problems) == ["verification-needed"]
    await browser.open("/code")
    await browser.submit("Next >", {"*Verification Code": last})
    assert browser.page.path == "/details", browser.page.text


async def test_five_wrong_codes_lock_the_application(browser: Window, box: MailSink) -> None:
    await request_code(browser, box)
    for number in range(5):
        await browser.submit("Next >", {"*Verification Code": f"0000-000{number}"})
    assert browser.page.path == "/request"
    assert list(browser.page.problems) == ["application-locked"]


async def test_a_refused_email_is_told_while_the_person_waits(browser: Window, box: MailSink) -> None:
    box.answers["DATA"] = "550 5.1.1 no such person"
    await browser.open("/request")
    await browser.submit("Next >", REQUEST)
    async with asyncio.timeout(30):
        while browser.page.path != "/request":
            await browser.open("/code")
    assert list(browser.page.problems) == ["poc-email-refused"]
    assert browser.page.value("*Company Name") == ACME.company_name


async def test_what_was_typed_stays_when_the_request_does_not_match(browser: Window) -> None:
    await browser.open("/request")
    await browser.submit("Next >", {**REQUEST, "*Company Name": "Somebody Else, Inc."})
    assert list(browser.page.problems) == ["importer-not-matched"]
    assert browser.page.value("*Company Name") == "Somebody Else, Inc."
