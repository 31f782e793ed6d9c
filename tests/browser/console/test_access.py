"""What the console refuses and what a login does, asked over HTTP."""

from collections.abc import AsyncIterator

import httpx
import pytest

from services.console.web.access.password_checks import AGAIN_AFTER, PasswordChecks
from services.console.web.live.stream import MOST_OF_ONE
from shared import clock
from shared.observability import metrics
from shared.storage.logins import KNOWN_NETWORKS
from shared.web.security_events import SecurityEvent
from tests.support.console import PASSWORD, VIEWER, Console


@pytest.fixture
async def client(console: Console) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=console.address) as client:
        yield client


def posts_refused(event: SecurityEvent) -> float:
    return float(metrics.SECURITY_EVENTS.labels(event)._value.get())  # the client has no other way


async def test_a_console_without_an_address_answers_to_no_other_name(client: httpx.AsyncClient) -> None:
    answer = await client.get("/login", headers={"host": "console.evil.example:8080"})
    assert (answer.status_code, "ACE_CONSOLE_URL" in answer.text) == (421, True)
    assert "content-security-policy" in answer.headers
    for host in ("localhost:8080", "127.0.0.1", "[::1]:8080"):
        assert (await client.get("/login", headers={"host": host})).status_code == 200
    assert (await client.get("/livez", headers={"host": "console:8080"})).status_code == 200


async def test_a_post_that_is_refused_is_a_security_event_and_no_bug(client: httpx.AsyncClient) -> None:
    before = {event: posts_refused(event) for event in SecurityEvent}
    foreign = await client.post("/login", data={"name": "x"}, headers={"sec-fetch-site": "cross-site"})
    not_a_form = await client.post("/login", json={})
    assert (foreign.status_code, not_a_form.status_code) == (403, 415)
    assert posts_refused(SecurityEvent.FOREIGN_POST) == before[SecurityEvent.FOREIGN_POST] + 1
    assert posts_refused(SecurityEvent.REFUSED_BODY) == before[SecurityEvent.REFUSED_BODY] + 1
    answers = [not_a_form, await client.delete("/login"), await client.get("/live")]
    assert [answer.status_code for answer in answers] == [415, 405, 401]
    assert not [answer for answer in answers if "console's log" in answer.text]


async def test_a_login_ends_the_session_before_and_leads_on_to_what_was_asked_for(
    client: httpx.AsyncClient, console: Console
) -> None:
    name, value = await console.log_in(VIEWER)
    client.cookies.set(name, value, domain="127.0.0.1")
    assert (await client.get("/services")).status_code == 200
    page = await client.get("/login", params={"after": "/queues?x=a%2Bb"})
    assert 'value="/queues?x=a%2Bb"' in page.text
    posted = {"name": VIEWER, "password": PASSWORD, "after": "/queues?x=a%2Bb"}
    answer = await client.post("/login", data=posted)
    assert (answer.status_code, answer.headers["location"]) == (303, "/queues?x=a%2Bb")
    async with httpx.AsyncClient(base_url=console.address, cookies={name: value}) as other:
        assert (await other.get("/services")).status_code == 303
    assert (await client.get("/services")).status_code == 200


async def test_a_login_has_ten_pages_open_and_no_more(
    client: httpx.AsyncClient, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, value = await console.log_in(VIEWER)
    client.cookies.set(name, value, domain="127.0.0.1")
    monkeypatch.setattr(console.dependencies.watch, "count_pages", lambda _login: MOST_OF_ONE)
    assert (await client.get("/live")).status_code == 503


async def test_too_many_who_log_in_are_told_to_come_again(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PasswordChecks, "are_full", True)
    answer = await client.post("/login", data={"name": VIEWER, "password": PASSWORD})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, str(AGAIN_AFTER))


async def test_a_network_in_use_stays_known_however_many_others_come(console: Console) -> None:
    logins = console.database.collections.logins
    for network in ["the office", *(f"hotspot {number}" for number in range(KNOWN_NETWORKS))]:
        for seen in ("the office", network):
            login = await logins.find(VIEWER)
            assert login
            await logins.remember_network(login, seen)
    login = await logins.find(VIEWER)
    assert login
    assert len(login.networks) == KNOWN_NETWORKS
    assert login.networks[-2:] == ("the office", f"hotspot {KNOWN_NETWORKS - 1}")


async def test_a_new_password_ends_sessions_that_were_opened_with_the_old_one(
    client: httpx.AsyncClient, console: Console
) -> None:
    name, value = await console.log_in(VIEWER)
    client.cookies.set(name, value, domain="127.0.0.1")
    assert (await client.get("/services")).status_code == 200
    login = await console.database.collections.logins.find(VIEWER)
    assert login
    await console.database.collections.logins.change_password(VIEWER, login.password, clock.now())
    assert (await client.get("/services")).status_code == 303
