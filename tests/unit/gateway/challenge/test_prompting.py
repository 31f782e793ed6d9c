"""When page 1 prompts: never on a normal visit, immediately for a script, and not forever."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.gateway.challenge import prompting
from services.gateway.challenge.memory import Memory
from services.gateway.challenge.prompting import AT_ONCE, EVERY, LONGEST, Prompting, name_network
from shared.settings.processes import Settings

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
SOMEBODY = "203.0.113.7"


def prompted(**settings: Any) -> Prompting:
    return Prompting(Settings.model_construct(**({"challenge": "auto", "rate_limit": "on"} | settings)))


def test_the_first_requests_of_a_network_are_not_prompted_and_a_script_s_are() -> None:
    prompt = prompted()
    assert [prompt.count(SOMEBODY, NOW) for _ in range(AT_ONCE + 3)] == [False] * AT_ONCE + [True] * 3


def test_looking_at_the_page_does_not_count() -> None:
    prompt = prompted()
    assert not any(prompt.is_needed(SOMEBODY, NOW) for _ in range(100))
    assert not prompt.count(SOMEBODY, NOW)


def test_an_office_that_files_an_application_a_minute_is_never_prompted() -> None:
    prompt = prompted()
    assert not any(prompt.count(SOMEBODY, NOW + timedelta(minutes=minute)) for minute in range(500))


def test_a_network_that_was_prompted_is_not_prompted_again_once_it_has_been_quiet() -> None:
    prompt = prompted()
    for _ in range(AT_ONCE):
        prompt.count(SOMEBODY, NOW)
    assert prompt.is_needed(SOMEBODY, NOW + EVERY / 2)
    assert not prompt.is_needed(SOMEBODY, NOW + EVERY)


def test_even_a_thousand_requests_are_forgotten_after_the_longest_time() -> None:
    prompt = prompted()
    for _ in range(1000):
        prompt.count(SOMEBODY, NOW)
    assert prompt.is_needed(SOMEBODY, NOW + LONGEST - AT_ONCE * EVERY)
    assert not prompt.is_needed(SOMEBODY, NOW + LONGEST)


def test_another_network_is_not_prompted() -> None:
    prompt = prompted()
    for _ in range(100):
        prompt.count(SOMEBODY, NOW)
    assert not prompt.count("203.0.113.8", NOW)


@pytest.mark.parametrize("settings", [{"challenge": "off"}, {"rate_limit": "off"}])
def test_nobody_is_prompted_if_it_is_off_or_under_a_load_test(settings: dict[str, str]) -> None:
    prompt = prompted(**settings)
    assert not any(prompt.count(SOMEBODY, NOW) for _ in range(100))


def test_everybody_is_prompted_if_it_is_set_to_always() -> None:
    assert prompted(challenge="always").is_needed(SOMEBODY, NOW)
    assert prompted(challenge="always", rate_limit="off").count("127.0.0.1", NOW)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
def test_this_machine_may_send_more_because_its_addresses_name_no_visitor(host: str) -> None:
    prompt = prompted()
    assert [prompt.count(name_network(host), NOW) for _ in range(30)].index(True) == 25
    assert not prompt.is_needed(name_network(host), NOW + timedelta(minutes=2))


def test_a_request_without_an_address_is_not_counted() -> None:
    prompt = prompted()
    assert not any(prompt.count(name_network(""), NOW) for _ in range(100))


@pytest.mark.parametrize(
    ("host", "counted"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("not an address", "not an address"),
        ("x" * 500, "x" * 64),
    ],
)
def test_a_visitor_is_an_ipv4_address_or_an_ipv6_network_of_64_bits(host: str, counted: str) -> None:
    assert name_network(host) == counted


def test_no_more_networks_are_remembered_than_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prompting, "MOST", 10)
    prompt = prompted()
    busy = [f"203.0.113.{number}" for number in range(11)]
    for network in busy:
        assert [prompt.count(network, NOW) for _ in range(AT_ONCE)] == [False] * AT_ONCE
    assert [prompt.is_needed(network, NOW) for network in busy] == [False] + [True] * 10


def test_a_memory_drops_what_is_over_and_then_what_was_put_in_longest_ago() -> None:
    memory: Memory[str] = Memory(2)
    memory.put("a", "first", NOW + EVERY, NOW)
    memory.put("b", "second", NOW + EVERY, NOW)
    memory.put("a", "again", NOW + EVERY, NOW)
    memory.put("c", "third", NOW + EVERY, NOW)
    assert [memory.get(key, NOW) for key in "abc"] == ["again", None, "third"]
    assert memory.get("a", NOW + EVERY) is None
    memory.put("d", "fourth", NOW + 3 * EVERY, NOW + 2 * EVERY)
    assert len(memory) == 1
