"""What settings change: cookies under https, health, and a start that fails."""

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


async def test_under_https_the_cookie_is_bound_to_its_host(settings: Settings) -> None:
    public = settings.model_copy(update={"public_url": HttpUrl("https://apply.example/")})
    transport = httpx.ASGITransport(app=create(public, Workers()))
    async with httpx.AsyncClient(transport=transport, base_url="http://inside:8000") as client:
        response = await client.get("/request")
        cookie = response.headers["set-cookie"]
        assert cookie.startswith("__Host-ace-session-0=")
        assert "Secure" in cookie
        assert "Path=/" in cookie
        assert "Domain" not in cookie
        assert "max-age" in response.headers["strict-transport-security"]


async def test_behind_a_proxy_the_public_address_is_our_own_origin(settings: Settings) -> None:
    public = settings.model_copy(update={"public_url": HttpUrl("http://apply.example/")})
    transport = httpx.ASGITransport(app=create(public, Workers(away=True)))
    async with httpx.AsyncClient(transport=transport, base_url="http://inside:8000") as client:
        browser = Browser(client, {"Origin": "http://apply.example"})
        page = await browser.press(await browser.open("/request"), "Next >", REQUEST)
        assert page.path == "/waiting"


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
