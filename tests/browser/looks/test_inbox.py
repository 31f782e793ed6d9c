"""The local inbox in a real browser: every message is readable on a phone, and one tap copies its code."""

from collections.abc import AsyncIterator
from typing import Literal

import pytest
from playwright.async_api import Browser, Page

from deploy.local.inbox.mailbox import Mailbox
from deploy.local.inbox.page import create_app
from embedded_servers import ports
from services.notifier.rendering import EmailRenderer
from shared.settings.processes import Settings
from tests.browser.stage.accessibility import violations
from tests.browser.stage.screens import NARROW, overflow
from tests.support.services import serving
from tests.support.sizes import neighbors
from tools.email_preview.samples import CODE, make_samples

TAPPED = 44
"""Pixels that a finger needs to tap (WCAG 2.5.5)."""

PHONE = NARROW["phone"]
HEIGHTS = "targets => targets.map(target => target.getBoundingClientRect().height)"
WIDE_LETTERS = "Subject: " + "Q" * 200 + "\r\nTo: " + "q" * 60 + "@" + "q" * 60 + ".example\r\n\r\n" + "Q" * 300
PLAIN = "Subject: Only text\r\nTo: poc@acme.example\r\n\r\nNothing else.\r\n"


@pytest.fixture(scope="module")
def mailbox(tmp_path_factory: pytest.TempPathFactory) -> Mailbox:
    """A mailbox with one of each email, one with names that never wrap, and one without HTML."""
    found = Mailbox(tmp_path_factory.mktemp("inbox"))
    emails = EmailRenderer(Settings())
    for source in (WIDE_LETTERS.encode(), PLAIN.encode(), *(one.render(emails).content for one in make_samples())):
        found.keep(source)
    return found


@pytest.fixture(scope="module")
async def inbox(mailbox: Mailbox) -> AsyncIterator[str]:
    async with serving(create_app(mailbox, "127.0.0.1", ports.pick())) as address:
        yield address


@pytest.fixture
async def phone(browser: Browser) -> AsyncIterator[Page]:
    """A phone. The inbox's pages allow no scripts, but the test's own still run."""
    async with await browser.new_page(viewport=PHONE, is_mobile=True, has_touch=True) as page:
        yield page


@pytest.fixture
def paths(mailbox: Mailbox) -> list[str]:
    return ["/", *(f"/messages/{id}" for id in mailbox.list_ids())]


async def test_nothing_is_wider_than_a_phone(phone: Page, inbox: str, paths: list[str]) -> None:
    wider = {}
    for path in paths:
        await phone.goto(inbox + path)
        wider[path] = await overflow(phone)
    assert set(wider.values()) == {0}, wider


async def test_tap_targets_are_as_high_as_a_finger(phone: Page, inbox: str, paths: list[str]) -> None:
    for path in paths[:2]:
        await phone.goto(inbox + path)
        heights: list[float] = await phone.locator("a, .code").evaluate_all(HEIGHTS)
        assert min(heights) >= TAPPED, path


@pytest.mark.parametrize("scheme", ["dark", *neighbors("light")])
async def test_axe_finds_nothing_in_the_inbox(
    browser: Browser, inbox: str, mailbox: Mailbox, scheme: Literal["light", "dark"]
) -> None:
    code = next(message for message in mailbox.list_messages() if message.code)
    async with await browser.new_page(viewport=PHONE, color_scheme=scheme, bypass_csp=True) as page:
        for path in ("/", f"/messages/{code.id}"):
            await page.goto(inbox + path)
            assert await violations(page) == [], path


async def test_a_tap_on_a_code_selects_all_of_it(phone: Page, inbox: str) -> None:
    await phone.goto(inbox)
    await phone.locator(".code").first.click()
    assert await phone.evaluate("getSelection().toString()") == CODE
    await phone.get_by_role("link", name="verification code").first.tap()
    await phone.locator(".code").click()
    assert await phone.evaluate("getSelection().toString()") == CODE


def test_only_an_email_that_brings_a_code_shows_one(mailbox: Mailbox) -> None:
    shown = {message.subject.partition(" for ")[0] for message in mailbox.list_messages() if message.code}
    assert shown == {"ACE Portal verification code"}


async def test_the_html_part_stands_in_the_page_and_can_be_opened_by_itself(phone: Page, inbox: str) -> None:
    await phone.goto(inbox)
    await phone.get_by_role("link", name="Your ACE Portal account is ready").first.tap()
    framed = phone.frame_locator("iframe").get_by_role("heading", level=1)
    heading = await framed.inner_text()
    await phone.get_by_role("link", name="Open by itself").tap()
    assert await phone.get_by_role("heading", level=1).inner_text() == heading
