"""What nobody of good will sends is counted and logged, with no address, and cannot fill the log."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from shared.observability import metrics
from shared.security.fingerprints import BlindIndex
from shared.security.networks import tag_networks
from shared.settings.loading import load_key_ring
from shared.settings.processes import Settings
from shared.web.security_events import LINES, SecurityEvent, SecurityEvents
from tests.support.scripted_form import REQUEST, Form
from tests.unit.gateway.http.wire import wired

HOSTS = [f"203.0.113.{n}" for n in range(2 * LINES)]


class Watch:
    """A clock that stands still."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def index(settings: Settings) -> BlindIndex:
    return BlindIndex(load_key_ring(settings, "network"))


def count(event: SecurityEvent) -> float:
    return metrics.PAGES.get_sample_value("ace_security_events_total", {"kind": event}) or 0.0


def test_a_network_has_one_line_a_minute_and_all_together_only_so_many(index: BlindIndex) -> None:
    watch, event = Watch(), SecurityEvent.FOREIGN_POST
    events, before = SecurityEvents(index, watch), count(event)
    with capture_logs() as lines:
        for host in 3 * HOSTS:
            events.record(event, host)
    assert len(lines) == LINES
    assert count(event) - before == 3 * len(HOSTS)
    watch.now = 60.0
    with capture_logs() as lines:
        events.record(event, HOSTS[0])
    assert [line["unlogged"] for line in lines] == [3 * len(HOSTS) - LINES]


def test_a_kind_of_event_does_not_hide_another(index: BlindIndex) -> None:
    events = SecurityEvents(index, Watch())
    for host in HOSTS:
        events.record(SecurityEvent.FORM_TOKEN, host)
    with capture_logs() as lines:
        events.record(SecurityEvent.COOKIE, HOSTS[0])
    assert len(lines) == 1


@pytest.fixture
def quiet_minute(form: Form, index: BlindIndex) -> Iterator[None]:
    """No line was logged in this minute yet."""
    state = form.app.state
    before = state.dependencies
    state.dependencies = replace(before, events=SecurityEvents(index))
    yield
    state.dependencies = before


@pytest.mark.usefixtures("quiet_minute")
@pytest.mark.parametrize(
    ("event", "headers", "content"),
    [
        (SecurityEvent.FOREIGN_POST, {"sec-fetch-site": "cross-site"}, b"token=x"),
        (SecurityEvent.FOREIGN_POST, {"origin": "https://evil.example"}, b"token=x"),
        (SecurityEvent.FORM_TOKEN, {}, b"token=x&company_name=Acme"),
        (SecurityEvent.FORM_TOKEN, {}, b"company_name=Acme"),
        (SecurityEvent.COOKIE, {"cookie": "ace-session-0=forged"}, b"token=x"),
        (SecurityEvent.REFUSED_BODY, {"content-type": "application/json"}, b"{}"),
        (SecurityEvent.REFUSED_BODY, {}, b"a" * 2_000_000),
    ],
)
async def test_each_is_seen_with_a_tag_of_its_network_and_nothing_else(
    form: Form, index: BlindIndex, event: SecurityEvent, headers: dict[str, str], content: bytes
) -> None:
    before = count(event)
    with capture_logs() as lines:
        urlencoded = {"content-type": "application/x-www-form-urlencoded"}
        await form.browser.client.post("/request", content=content, headers=urlencoded | headers)
    (line,) = [line for line in lines if line.get("security") == event]
    assert count(event) == before + 1
    tag = tag_networks(index, "127.0.0.1")[0]
    assert {name: line[name] for name in ("network", "unlogged", "log_level")} == {
        "network": tag,
        "unlogged": 0,
        "log_level": "warning",
    }
    assert set(line) == {"event", "security", "network", "unlogged", "log_level"}
    assert "127.0.0.1" not in str(lines)


@pytest.mark.usefixtures("quiet_minute")
async def test_a_visit_of_good_will_is_no_event(form: Form) -> None:
    before = [count(event) for event in SecurityEvent]
    page = await form.at_confirmation()
    assert page.path == "/confirmation"
    await form.browser.press(await form.at_request(), "Next >", REQUEST)
    assert [count(event) for event in SecurityEvent] == before


async def test_what_is_not_http_is_seen_too(settings: Settings) -> None:
    before = count(SecurityEvent.INVALID_HTTP)
    async with wired(settings) as wire:
        await wire.answers(b"GET / HTTP/1.1\r\n\r\n")
    assert count(SecurityEvent.INVALID_HTTP) == before + 1
