"""The whole form in a real browser, in the ways that people use one, with real servers and a real mailbox."""

from playwright.async_api import expect

from tests.browser.visitor import Visitor
from tests.endtoend.test_the_form import AUTHORIZATION, DETAILS, REQUEST
from tests.integration.people import code_in
from tests.mailbox import Mailbox, text_of


async def test_the_form_is_filled_with_the_mouse(visitor: Visitor, box: Mailbox) -> None:
    await visitor.open("/")
    await visitor.follow("Importers:")
    await visitor.send(REQUEST)
    await visitor.arrives("/code")
    code = code_in(text_of((await box.letters(1))[0]))
    await visitor.send({"*Verification Code": "0000-0000"})
    await expect(visitor.page.get_by_text("4 tries left").first).to_be_visible()
    await visitor.send({"*Verification Code": code})
    await visitor.arrives("/details")
    await visitor.send({**DETAILS, AUTHORIZATION: "yes"}, "Submit")
    await visitor.arrives("/confirmation")
    await box.letters(4)
