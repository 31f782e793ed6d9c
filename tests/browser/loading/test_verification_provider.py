"""Another provider's human verification in a real browser, with script and frame from the provider's origins.

The provider is simulated. The page with its extended policy is real, and the browser must have no complaints.
"""

import json
import re
from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Browser, Page, Route, expect

from services.gateway.challenge.providers import PROVIDERS, Provider
from tests.browser.stage.prompting import prompted
from tests.browser.stage.staging import Stage
from tests.browser.stage.visitor import Visitor, visiting
from tests.support.scripted_form import REQUEST, Backstage
from tests.support.sizes import neighbors
from tests.support.verification_provider import Vendor, account, playing

NOT_OURS = re.compile("^https://")
FRAME = """<button onclick="parent.postMessage('the solution', '*')">I am a person</button>"""
SCRIPT = """
const {element, field, source} = %s;
const widget = document.querySelector("." + element);
const input = Object.assign(document.createElement("input"), {type: "hidden", name: field});
const title = "Widget of " + widget.dataset.sitekey;
widget.append(Object.assign(document.createElement("iframe"), {src: source + "frame", title}), input);
addEventListener("message", (event) => { if (source.startsWith(event.origin)) input.value = event.data; });
"""


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    with playing() as found:
        yield found


@pytest.fixture
def provider(request: pytest.FixtureRequest) -> Provider:
    return PROVIDERS[getattr(request, "param", "turnstile")]


@pytest.fixture
def form(stage: Stage, vendor: Vendor, provider: Provider) -> Iterator[Backstage]:
    name = next(name for name, known in PROVIDERS.items() if known is provider)
    with prompted(stage.form, **account(vendor, challenge_provider=name)) as form:
        yield form


@pytest.fixture
async def window(browser: Browser, form: Backstage, stage: Stage, provider: Provider) -> AsyncIterator[Visitor]:
    async with await browser.new_page() as page, visiting(page, stage.address) as visitor:
        await _play(page, provider)
        yield visitor


async def _play(page: Page, provider: Provider) -> None:
    """Serves the provider's script and frame, and nothing from other addresses."""
    source = provider.sources["frame-src"].split(" ")[0].rstrip("/") + "/"
    facts = {"element": provider.element, "field": provider.field, "source": source}

    async def answer(route: Route) -> None:
        if route.request.url == provider.script:
            await route.fulfill(content_type="text/javascript", body=SCRIPT % json.dumps(facts))
        else:
            assert route.request.url == f"{source}frame"
            await route.fulfill(content_type="text/html", body=FRAME)

    await page.route(NOT_OURS, answer)


async def solve(visitor: Visitor) -> None:
    frame = visitor.page.frame_locator('iframe[title="Widget of site-key"]')
    await frame.get_by_role("button", name="I am a person").click()
    await expect(visitor.page.locator('input[name$="-response"]')).to_have_value("the solution")


@pytest.mark.parametrize("provider", ["turnstile", *neighbors("recaptcha", "hcaptcha")], indirect=True)
async def test_a_right_solution_passes(window: Visitor, vendor: Vendor) -> None:
    await window.open("/request")
    await solve(window)
    await window.send(REQUEST)
    await window.arrives("/code")
    assert [asked["response"] for asked in vendor.asked] == [["the solution"]]


@pytest.mark.full
async def test_a_wrong_and_a_spent_solution_come_back_with_the_widget(window: Visitor, vendor: Vendor) -> None:
    await window.open("/request")
    await window.send(REQUEST)
    assert await window.problems() == ["field-invalid"]
    right, vendor.answer = vendor.answer, {"success": False, "error-codes": ["invalid-input-response"]}
    for _ in ("wrong", "spent"):
        await solve(window)
        await window.press("Next >")
        assert await window.problems() == ["field-invalid"]
        await expect(window.page.locator("#challenge-error")).to_contain_text("did not succeed")
        vendor.answer = right
    vendor.used.clear()
    await solve(window)
    await window.press("Next >")
    await window.arrives("/code")


async def test_if_the_provider_does_not_respond_our_own_check_takes_its_place(window: Visitor, vendor: Vendor) -> None:
    vendor.status = 503
    await window.open("/request")
    await solve(window)
    await window.send(REQUEST)
    await expect(window.page.locator("#challenge-error")).to_contain_text("does not answer")
    await expect(window.page.locator("#challenge-status")).to_have_text("Done. You can go on.")
    await window.press("Next >")
    await window.arrives("/code")


@pytest.mark.usefixtures("form")
async def test_without_scripts_the_request_waits(browser: Browser, stage: Stage, vendor: Vendor) -> None:
    async with await browser.new_page(java_script_enabled=False) as page, visiting(page, stage.address) as visitor:
        await visitor.open("/request")
        await visitor.send(REQUEST)
        await expect(page.get_by_role("heading", name="Please wait a moment")).to_be_visible()
    assert not vendor.asked
