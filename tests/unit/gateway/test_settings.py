"""What settings change: cookies under https, health, and a start that fails."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
import uvicorn
from pydantic import HttpUrl

from services.gateway import __main__ as program
from services.gateway.app import create
from shared.observability import logs
from shared.settings.processes import Settings
from tests.support.browser import Browser
from tests.support.scripted_form import REQUEST, Form
from tests.support.scripted_workers import Workers


@asynccontextmanager
async def visiting(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=create(settings, Workers(away=True)))
    async with httpx.AsyncClient(transport=transport, base_url="http://inside:8000") as client:
        yield client


async def test_under_https_the_cookie_is_bound_to_its_host(settings: Settings) -> None:
    async with visiting(settings.model_copy(update={"public_url": HttpUrl("https://apply.example/")})) as client:
        response = await client.get("/request")
        cookie = response.headers["set-cookie"]
        assert cookie.startswith("__Host-ace-session-0=")
        assert "Secure" in cookie
        assert "Path=/" in cookie
        assert "Domain" not in cookie
        assert response.headers["strict-transport-security"] == "max-age=63072000; includeSubDomains"


@pytest.mark.parametrize("public", [None, HttpUrl("http://apply.example/")])
async def test_without_https_nobody_is_told_to_insist_on_it(settings: Settings, public: HttpUrl | None) -> None:
    async with visiting(settings.model_copy(update={"public_url": public})) as client:
        assert "strict-transport-security" not in (await client.get("/request")).headers


@pytest.mark.parametrize("public", ["http://apply.example/", "http://apply.example:80", "http://APPLY.example/form"])
async def test_behind_a_proxy_the_public_address_is_our_own_origin(settings: Settings, public: str) -> None:
    async with visiting(settings.model_copy(update={"public_url": HttpUrl(public)})) as client:
        browser = Browser(client, {"Origin": "http://apply.example"})
        page = await browser.press(await browser.open("/request"), "Next >", REQUEST)
        assert page.path == "/waiting"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://inside:8000"},
        {"Origin": "https://apply.example"},
        {"Origin": "http://apply.example:8080"},
        {"Origin": "http://sub.apply.example"},
        {"Origin": "http://inside:8000", "Sec-Fetch-Site": "same-origin"},  # as after DNS rebinding
    ],
)
async def test_where_a_public_address_is_set_it_alone_is_our_origin(
    settings: Settings, headers: dict[str, str]
) -> None:
    async with visiting(settings.model_copy(update={"public_url": HttpUrl("http://apply.example/")})) as client:
        browser = Browser(client, headers)
        assert (await browser.press(await browser.open("/request"), "Next >", REQUEST)).status == 403


async def test_health_pages_are_on_the_health_port_alone_if_there_is_one(settings: Settings) -> None:
    async with visiting(settings.model_copy(update={"health_port": 9000})) as client:
        for path in ("/livez", "/readyz", "/metrics"):
            assert (await client.get(path)).status_code == 404


async def test_the_service_desk_of_the_settings_stands_on_every_page(settings: Settings) -> None:
    changed = settings.model_copy(update={"service_desk_phone": "1-999-555-0199"})
    transport = httpx.ASGITransport(app=create(changed, Workers()))
    async with httpx.AsyncClient(transport=transport, base_url="http://form.test") as client:
        for path in ("/", "/request", "/nowhere"):
            assert "1-999-555-0199" in (await client.get(path)).text


async def test_readiness_depends_on_broker_and_replies_and_liveness_does_not(form: Form) -> None:
    assert (await form.browser.client.get("/readyz")).status_code == 200
    form.workers.away = True
    assert (await form.browser.client.get("/readyz")).status_code == 503
    assert (await form.browser.client.get("/livez")).status_code == 200
    assert "ace_ready 0.0" in (await form.browser.client.get("/metrics")).text


@pytest.mark.parametrize("missing", ["ACE_RABBITMQ_URL", "ACE_KEYS_COMMANDS", "ACE_KEYS_COOKIE"])
def test_a_setting_that_is_missing_is_one_line(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, missing: str
) -> None:
    monkeypatch.setenv("ACE_RABBITMQ_URL", "amqp://gateway:x@localhost/")
    monkeypatch.setenv("ACE_KEYS_COMMANDS", settings.need("keys_commands"))
    monkeypatch.setenv("ACE_KEYS_COOKIE", settings.need("keys_cookie"))
    monkeypatch.delenv(missing)
    monkeypatch.setattr(uvicorn, "run", lambda *_, **__: pytest.fail("it started"))
    monkeypatch.setattr(logs, "configure", lambda *_: None)
    with pytest.raises(SystemExit) as stopped:
        program.main()
    assert str(stopped.value).startswith(f"gateway: {missing}")
    assert "\n" not in str(stopped.value)
