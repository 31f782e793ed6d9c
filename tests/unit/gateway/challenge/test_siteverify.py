"""Another provider of human verification, simulated by a real HTTP server."""

import asyncio
from collections.abc import Iterator

import httpx
import pytest
from pydantic import HttpUrl, SecretStr

from services.gateway.app import create
from services.gateway.challenge.providers import PROVIDERS, widen_policy
from services.gateway.challenge.siteverify import BREAK
from shared.contracts.commands import StartApplication
from shared.settings.groups import SettingError
from shared.settings.processes import Settings
from shared.web.security_headers import CONTENT_SECURITY_POLICY
from tests.support.browser import Browser, Page
from tests.support.scripted_form import REQUEST
from tests.support.scripted_workers import Workers
from tests.support.verification_provider import Vendor, account, playing
from tests.unit.gateway.challenge.gate import Gate, solved


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    with playing() as found:
        yield found


@pytest.fixture
async def browser(gate: Gate, vendor: Vendor) -> Browser:
    gate.prompts(**account(vendor))
    return await gate.visitor()


async def sent(browser: Browser, solution: str = "right", field: str = "cf-turnstile-response") -> Page:
    _, data = (await browser.open("/request?new")).filled("Next >", REQUEST)
    del data["wait"]
    return await browser.post("/request", data | {field: solution})


async def test_the_provider_s_widget_stands_on_page_1_and_its_sources_are_allowed_there_alone(browser: Browser) -> None:
    page = await browser.open("/request")
    widget = page.soup.find(class_="cf-turnstile")
    assert widget["data-sitekey"] == "site-key"  # type: ignore[index]
    policy = page.response.headers["content-security-policy"]
    assert policy == widen_policy(CONTENT_SECURITY_POLICY, PROVIDERS["turnstile"])
    assert "script-src 'self' https://challenges.cloudflare.com;" in policy
    assert page.response.headers["referrer-policy"] == "strict-origin-when-cross-origin"
    elsewhere = (await browser.open("/")).response.headers
    assert elsewhere["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert elsewhere["referrer-policy"] == "same-origin"


async def test_a_right_solution_passes_and_nothing_about_the_person_is_sent(browser: Browser, vendor: Vendor) -> None:
    assert (await sent(browser)).path == "/code"
    assert vendor.asked == [{"secret": ["our secret"], "response": ["right"]}]


async def test_one_whose_secret_is_for_a_whole_account_is_told_which_site_it_is(gate: Gate, vendor: Vendor) -> None:
    gate.prompts(**account(vendor, challenge_provider="hcaptcha"))
    assert (await sent(await gate.visitor(), field="h-captcha-response")).path == "/code"
    assert vendor.asked == [{"secret": ["our secret"], "response": ["right"], "sitekey": ["site-key"]}]


@pytest.mark.parametrize(
    "answer",
    [
        {"success": False, "error-codes": ["invalid-input-response"]},
        {"success": False, "error-codes": "strange"},
        {"success": False, "error-codes": ["sitekey-secret-mismatch"]},
        {"success": True, "hostname": "phishing.example"},
    ],
)
async def test_a_wrong_solution_and_one_from_another_site_are_refused(
    gate: Gate, browser: Browser, vendor: Vendor, answer: object
) -> None:
    vendor.answer = answer
    page = await sent(browser)
    assert "did not succeed" in page.problems["field-invalid"]
    assert page.value("*Company Name") == REQUEST["*Company Name"]
    assert page.soup.find(class_="cf-turnstile"), "a wrong one does not change the check for everybody"
    assert not gate.form.workers.sent


async def test_a_form_sent_twice_asks_once_and_another_one_is_refused(
    gate: Gate, browser: Browser, vendor: Vendor
) -> None:
    _, data = (await browser.open("/request")).filled("Next >", REQUEST)
    data |= {"cf-turnstile-response": "right", "wait": ""}
    pages = await asyncio.gather(*(browser.post("/request", data) for _ in range(3)))
    assert {page.path for page in pages} == {"/code"}
    assert len(vendor.asked) == 1
    assert "did not succeed" in (await sent(browser)).problems["field-invalid"]
    assert len({start.id for start in gate.form.workers.of(StartApplication)}) == 1


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (500, {"success": True}),
        (200, b"<html>"),
        (200, ["success"]),
        (200, {"success": "yes"}),
        (200, {"success": False, "error-codes": ["invalid-input-secret"]}),
    ],
)
async def test_a_provider_that_does_not_respond_locks_nobody_out(
    gate: Gate, vendor: Vendor, capsys: pytest.CaptureFixture[str], status: int, answer: object
) -> None:
    gate.prompts(**account(vendor))
    browser = await gate.visitor()
    vendor.status, vendor.answer = status, answer
    page = await sent(browser)
    assert "does not answer" in page.problems["field-invalid"]
    assert page.response.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert "provider is down" in capsys.readouterr().out
    gate.prompts(**account(vendor))  # another process, which does not know yet
    assert (await browser.post("/request", solved(page))).path == "/code"


async def test_a_provider_that_is_gone_is_asked_again_after_a_while(gate: Gate, vendor: Vendor) -> None:
    gate.prompts(**account(vendor, challenge_verify_url=HttpUrl("http://127.0.0.1:9/")))
    browser = await gate.visitor()
    await sent(browser)
    assert (await browser.open("/request")).soup.find("altcha-widget")
    gate.form.clock.at += BREAK
    assert (await browser.open("/request")).soup.find(class_="cf-turnstile")


@pytest.mark.parametrize("missing", ["challenge_site_key", "challenge_secret"])
def test_a_provider_without_its_keys_stops_the_start_with_one_line(settings: Settings, missing: str) -> None:
    chosen = {"challenge_provider": "hcaptcha", "challenge_site_key": "k", "challenge_secret": SecretStr("s")}
    with pytest.raises(SettingError, match=f"^ACE_{missing.upper()} is not set: .*$"):
        create(settings.model_copy(update=chosen | {missing: None}), Workers())


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_every_provider_s_page_can_be_made(gate: Gate, vendor: Vendor, provider: str) -> None:
    gate.prompts(**account(vendor, challenge_provider=provider))
    page = await (await gate.visitor()).open("/request")
    chosen = PROVIDERS[provider]
    assert page.soup.find(class_=chosen.element)
    assert page.soup.find("script", src=chosen.script)
    assert httpx.URL(chosen.script).host.split(".", 1)[1] in page.response.headers["content-security-policy"]
