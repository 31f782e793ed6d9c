"""What people paste: the form accepts what is unambiguous, and shows the typed text otherwise."""

from services.gateway.forms.fields import CODE, DETAILS, REQUEST
from shared.contracts.commands import StartApplication, SubmitDetails
from shared.contracts.sealed import AccountRequest, TypedDetails
from shared.contracts.state import State
from shared.security.sealing import name_context
from tests.support.scripted_form import AUTHORIZATION, NUMBER, SIGNED, Form
from tests.support.scripted_form import REQUEST as TYPED

PASTED = {
    "*Company Name": "\u200bAcme\u00a0Imports Inc ",
    "*Importer Record Number (IR#)": "Importer Record Number (IR#): 12\u2011345678900",
    "*Business Email Address (Account Owner Login Email)": "Jane Doe <mailto:Jane.Doe@example.com>",
}


async def test_page_1_accepts_pasted_text_with_its_surroundings(form: Form) -> None:
    page = await form.browser.press(await form.at_request(), "Next >", PASTED)
    assert page.path == "/code"
    (sent,) = form.workers.of(StartApplication)
    message = sent.message
    assert isinstance(message, StartApplication)
    context = name_context(StartApplication.TYPE, "request", message.application_id)
    assert form.commands.open(AccountRequest, message.request, context) == AccountRequest(
        company_name="Acme Imports Inc", importer_number="12-345678900", email="Jane.Doe@example.com"
    )


async def test_what_is_not_certain_comes_back_as_it_was_typed(form: Form) -> None:
    typed = TYPED | {NUMBER: "our number 12-345678900"}
    page = await form.browser.press(await form.at_request(), "Next >", typed)
    assert page.error_at(NUMBER)
    assert page.value(NUMBER) == typed[NUMBER]


async def test_details_that_wait_for_the_broker_are_sent_as_they_were_judged(form: Form) -> None:
    page = await form.at_details()
    filler = "\u200b" * 150
    typed = {
        "*Company Organizational Structure": "Corporation",
        "Account's Fiscal Year End Date": "2026-12-31",
        "DUNS#": "12\u2013345\u20136789",
        "Company Website": f"{2 * filler}www.acme.example/{2 * filler}about.",
        "*Account Owner First Name": f"Ja{filler}ne",
        "*Account Owner Last Name": "Doe",
        "*Country": "UK",
        "*Street Address": f"{filler}1  Main\u00a0Street{filler}",
        "*City": "London",
        "*Zip Code": "sw1a1aa",
        "*Telephone Number": "020\u20117946\u20110958",
        AUTHORIZATION: "yes",
    }
    form.workers.away = True
    assert (await form.browser.press(page, "Submit", typed)).path == "/waiting"
    form.workers.away = False
    form.workers.outcome(state=State.COMPLETED, account="A-1")
    assert (await form.browser.open("/waiting")).path == "/confirmation"
    (sent,) = form.workers.of(SubmitDetails)
    message = sent.message
    assert isinstance(message, SubmitDetails)
    context = name_context(SubmitDetails.TYPE, "details", message.application_id)
    details = form.commands.open(TypedDetails, message.details, context)
    assert (details.fiscal_year_end, details.duns) == ("12/31/2026", "123456789")
    assert (details.website, details.first_name) == ("www.acme.example/about", "Jane")
    assert (details.country, details.street_address, details.postal_code) == ("GB", "1 Main Street", "SW1A 1AA")
    assert details.telephone == "020-7946-0958"


async def test_inputs_are_long_enough_for_what_is_pasted_and_for_what_is_kept(form: Form) -> None:
    page = await form.at_request()
    for label, value in PASTED.items():
        assert int(str(page.input(label)["maxlength"])) > len(value)
    assert all(0 < field.longest <= 400 for field in (*REQUEST, *CODE, *DETAILS) if field.kind == "text")


async def test_what_is_too_long_comes_back_whole_and_says_how_long_it_may_be(form: Form) -> None:
    address = "Building 12, ".ljust(121, "x")
    page = await form.at_details()
    assert int(str(page.input("*Street Address")["maxlength"])) > 121
    page = await form.browser.press(page, "Submit", SIGNED | {"*Street Address": address})
    assert "120 characters" in page.error_at("*Street Address")
    assert page.value("*Street Address") == address


async def test_a_dash_can_be_typed_on_a_telephone_where_dashes_are_wanted(form: Form) -> None:
    page = await form.at_details()
    assert page.input("*Telephone Number")["inputmode"] == "text"
