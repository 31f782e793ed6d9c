"""When page 1 prompts: never on a normal visit, immediately for a script, and not forever."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.gateway.challenge import prompting
from services.gateway.challenge.memory import Memory
from services.gateway.challenge.prompting import AT_ONCE, EVERY, HARDEST, LONGEST, WIDER, Prompting, name_networks
from shared.security.networks import PREFIXES
from shared.settings.processes import Settings

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
SOMEBODY = name_networks("203.0.113.7")


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
    assert not prompt.count(name_networks("198.51.100.8"), NOW)


@pytest.mark.parametrize("settings", [{"challenge": "off"}, {"rate_limit": "off"}])
def test_nobody_is_prompted_if_it_is_off_or_under_a_load_test(settings: dict[str, str]) -> None:
    prompt = prompted(**settings)
    assert not any(prompt.count(SOMEBODY, NOW) for _ in range(100))


def test_everybody_is_prompted_if_it_is_set_to_always() -> None:
    assert prompted(challenge="always").is_needed(SOMEBODY, NOW)
    assert prompted(challenge="always", rate_limit="off").count(name_networks("127.0.0.1"), NOW)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
def test_this_machine_may_send_more_because_its_addresses_name_no_visitor(host: str) -> None:
    prompt = prompted()
    assert [prompt.count(name_networks(host), NOW) for _ in range(30)].index(True) == 25
    assert not prompt.is_needed(name_networks(host), NOW + timedelta(minutes=2))


def test_a_request_without_an_address_is_not_counted() -> None:
    prompt = prompted()
    assert not any(prompt.count(name_networks(""), NOW) for _ in range(100))


@pytest.mark.parametrize(
    ("host", "counted"),
    [
        ("203.0.113.7", ("203.0.113.7/32", "203.0.113.0/24", "203.0.0.0/16")),
        ("::ffff:203.0.113.7", ("203.0.113.7/32", "203.0.113.0/24", "203.0.0.0/16")),
        ("2001:db8:1:2:3:4:5:6", ("2001:db8:1:2::/64", "2001:db8:1::/56", "2001:db8:1::/48", "2001:db8::/32")),
        ("not an address", ("not an address",)),
        ("x" * 500, ("x" * 64,)),
    ],
)
def test_a_visitor_counts_for_their_own_network_and_the_wider_ones(host: str, counted: tuple[str, ...]) -> None:
    assert name_networks(host) == counted


@pytest.mark.parametrize(
    ("level", "hosts"),
    [
        (1, [f"203.0.113.{number}" for number in range(200)]),
        (2, [f"203.0.{number}.7" for number in range(200)]),
        (1, [f"2001:db8:0:{number:x}::1" for number in range(200)]),
        (2, [f"2001:db8:0:{number:x}00::1" for number in range(200)]),
        (3, [f"2001:db8:{number:x}::1" for number in range(400)]),
    ],
)
def test_many_addresses_of_one_wider_network_are_prompted_together(level: int, hosts: list[str]) -> None:
    prompt = prompted()
    answers = [prompt.count(name_networks(host), NOW) for host in hosts]
    first = answers.index(True)
    assert first == (AT_ONCE - 1) * WIDER**level + 1
    assert all(answers[first:])


def test_the_check_becomes_harder_with_the_busiest_network_but_stays_bearable() -> None:
    prompt = prompted()
    seen = []
    for _ in range(200):
        prompt.count(SOMEBODY, NOW)
        seen.append(prompt.choose_difficulty(SOMEBODY, NOW))
    assert sorted(set(seen)) == list(range(1, HARDEST + 1))
    assert seen == sorted(seen)
    assert prompt.choose_difficulty(name_networks("198.51.100.8"), NOW) == 1
    neighbor = name_networks("203.0.113.8")
    assert 1 <= prompt.choose_difficulty(neighbor, NOW) <= HARDEST


def test_a_full_table_prompts_newcomers_and_forgets_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    known = [name_networks(f"203.{number}.113.7") for number in range(10)]
    monkeypatch.setattr(prompting, "MOST", 10 * len(PREFIXES[4]))
    prompt = prompted()
    for networks in known:
        for _ in range(AT_ONCE):
            assert not prompt.count(networks, NOW)
    for number in range(50):
        assert prompt.count(name_networks(f"198.{number}.100.8"), NOW)
    assert all(prompt.is_needed(networks, NOW) for networks in known)
    later = NOW + AT_ONCE * EVERY
    assert not prompt.count(name_networks("198.51.100.8"), later)


def test_a_table_with_quiet_networks_has_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prompting, "MOST", 12)
    prompt = prompted()
    for number in range(100):
        host = f"{number + 1}.0.113.7"
        assert not prompt.count(name_networks(host), NOW + number * EVERY)


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
