"""The whole form over HTTP, without scripts, with real servers and a real mailbox."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from shared.settings.processes import Settings
from tests.support.applicant import ACME, code_in
from tests.support.browser import Browser
from tests.support.mail_sink import MailSink
from tests.support.records import stored
from tests.support.services import serving_system

REQUEST = {
    "*Company Name": ACME.company_name,
    "*Importer Record Number (IR#)": ACME.importer_number,
    "*Business Email Address (Account Owner Login Email)": ACME.email,
}
DETAILS = {
    "*Company Organizational Structure": "Corporation",
    "Account's Fiscal Year End Date": "12/31/2026",
    "DUNS#": "12-345-6789",
    "*Account Owner First Name": "Ada",
    "*Account Owner Last Name": "Lovelace",
    "*Country": "United States",
    "*Street Address": "1 Harbor Way",
    "*City": "Long Beach",
    "State": "california",
    "*Zip Code": "90802",
    "*Telephone Number": "562-555-0100",
}
AUTHORIZATION = (
    "By selecting this box I am verifying that I am legally authorized to bind my company to the ACE Secure Data "
    "Portal and its terms and conditions. (electronic signature)"
)


@pytest.fixture
async def browser(system: Settings) -> AsyncIterator[Browser]:
    """A browser at the form, which has its own port."""
    async with serving_system(system) as address, Browser(address) as found:
        yield found


async def request_code(browser: Browser, box: MailSink) -> str:
    """Fills out page 1; returns the code that the point of contact reads."""
    await browser.open("/")
    await browser.follow("Importers:")
    await browser.submit("Next >", REQUEST)
    assert browser.path == "/code", browser.text
    assert "p***@a***.example" in browser.text
    (email,) = await box.emails(1)
    assert browser.reference in email.text
    return code_in(email.text)


async def test_an_importers_staff_fill_the_form_and_get_an_account(
    browser: Browser, box: MailSink, system: Settings
) -> None:
    code = await request_code(browser, box)

    await browser.submit("Next >", {"*Verification Code": "0000-0000"})
    assert browser.problems == ["code-wrong"]
    assert "4 tries left" in browser.text
    await browser.submit("Next >", {"*Verification Code": code.lower().replace("-", " ")})
    assert browser.path == "/details"
    assert browser.field("Company Name")["value"] == ACME.company_name
    assert browser.field("Company Name").has_attr("readonly")

    await browser.submit("Submit", {**DETAILS, "*Zip Code": "nowhere"})
    assert set(browser.problems) == {"field-invalid"}
    assert browser.field("*Zip Code")["value"] == "nowhere"
    assert browser.field("*Street Address")["value"] == "1 Harbor Way"
    await browser.submit("Submit", {"*Zip Code": "90802", AUTHORIZATION: "yes"})
    assert browser.path == "/confirmation", browser.text

    (account,) = await stored(system, "top_accounts")
    assert account["_id"] in browser.text
    assert "56789AB" not in browser.text
    emails = await box.emails(4)
    assert sorted(email.to for email in emails) == ["Ada@acme.example"] * 2 + ["poc@acme.example"] * 2


async def test_going_back_kills_the_code_and_empties_the_form(browser: Browser, box: MailSink) -> None:
    await request_code(browser, box)
    await browser.submit("< Back", {})
    assert browser.path == "/request"
    assert not browser.field("*Company Name").get("value")


async def test_a_new_code_takes_the_place_of_the_old_one(browser: Browser, box: MailSink) -> None:
    old = await request_code(browser, box)
    first = browser.reference
    await browser.submit("Get a new code", {})
    assert browser.path == "/code", browser.text
    assert browser.reference != first
    text = (await box.emails(2))[-1].text
    assert browser.reference in text
    await browser.submit("Next >", {"*Verification Code": old})
    assert browser.problems == ["code-wrong"]
    await browser.submit("Next >", {"*Verification Code": code_in(text)})
    assert browser.path == "/details"


async def test_where_no_more_codes_are_sent_the_last_one_works(browser: Browser, box: MailSink) -> None:
    await request_code(browser, box)
    for sent in (2, 3):
        await browser.submit("Get a new code", {})
        last = code_in((await box.emails(sent))[-1].text)
    await browser.submit("Get a new code", {})
    assert browser.problems == ["too-many-requests"]
    await browser.submit("Next >", {"*Verification Code": last})
    assert browser.path == "/details", browser.text


async def test_five_wrong_codes_lock_the_application(browser: Browser, box: MailSink) -> None:
    await request_code(browser, box)
    for number in range(5):
        await browser.submit("Next >", {"*Verification Code": f"0000-000{number}"})
    assert browser.path == "/request"
    assert browser.problems == ["application-locked"]


async def test_a_refused_email_is_told_while_the_person_waits(browser: Browser, box: MailSink) -> None:
    box.answers["DATA"] = "550 5.1.1 no such person"
    await browser.open("/request")
    await browser.submit("Next >", REQUEST)
    async with asyncio.timeout(30):
        while browser.path != "/request":
            await browser.open("/code")
    assert browser.problems == ["poc-email-refused"]
    assert browser.field("*Company Name")["value"] == ACME.company_name


async def test_what_was_typed_stays_when_the_request_does_not_match(browser: Browser) -> None:
    await browser.open("/request")
    await browser.submit("Next >", {**REQUEST, "*Company Name": "Somebody Else, Inc."})
    assert browser.problems == ["importer-not-matched"]
    assert browser.field("*Company Name")["value"] == "Somebody Else, Inc."
