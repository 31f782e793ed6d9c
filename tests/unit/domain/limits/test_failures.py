"""Which limit a number of failures reaches, and what the answer is then."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from shared.domain.limits.failures import WAITS, Asked, judge, list_answer_limits, list_match_limits
from shared.domain.limits.tally import DAY, Tally, find_slot

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
HOME, STREET, TOWN = "a" * 32, "b" * 32, "c" * 32
ASKED = Asked("importer", "name", "begins", "address", (HOME, STREET, TOWN))
LIMITS = list_match_limits(ASKED)


def counted(key: str, times: int, ago: timedelta = timedelta()) -> dict[str, Tally]:
    return {key: Tally({find_slot(NOW - ago): times})}


@pytest.mark.parametrize(
    ("key", "step_up"),
    [
        (f"network:{HOME}", 10),
        (f"network:{STREET}", 40),
        (f"network:{TOWN}", 160),
        (f"number-network:importer:{HOME}", 5),
        ("number:importer", 30),
        ("name:name", 10),
    ],
)
def test_above_its_step_up_a_request_waits(key: str, step_up: int) -> None:
    assert judge(LIMITS, counted(key, step_up - 1), NOW).wait is None
    assert judge(LIMITS, counted(key, step_up), NOW).wait == WAITS[0]


@pytest.mark.parametrize(
    ("key", "ceiling"),
    [
        (f"network:{HOME}", 60),
        (f"number-network:importer:{HOME}", 20),
    ],
)
def test_only_a_visitor_s_own_network_refuses_and_for_an_hour_at_most(key: str, ceiling: int) -> None:
    assert judge(LIMITS, counted(key, ceiling - 1), NOW).refused_until is None
    verdict = judge(LIMITS, counted(key, ceiling), NOW)
    assert verdict.refused_until
    assert NOW < verdict.refused_until <= NOW + timedelta(hours=1)
    assert not verdict.uniform


@pytest.mark.parametrize("key", [f"network:{STREET}", f"network:{TOWN}"])
def test_a_wide_network_holds_strangers_so_it_refuses_nobody(key: str) -> None:
    verdict = judge(LIMITS, counted(key, 5000), NOW)
    assert verdict.refused_until is None
    assert verdict.wait == WAITS[-1]


def test_a_subscriber_of_ipv6_has_more_than_one_network() -> None:
    limits = list_match_limits(replace(ASKED, networks=(HOME, STREET, TOWN, "d" * 32)))
    assert judge(limits, counted(f"network:{STREET}", 240), NOW).refused_until
    assert judge(limits, counted(f"network:{TOWN}", 960), NOW).refused_until is None


def test_a_gateway_that_cannot_tell_its_visitors_apart_has_none_of_them_refused() -> None:
    limits = list_match_limits(replace(ASKED, networks=(HOME,)))
    both = counted(f"network:{HOME}", 5000) | counted(f"number-network:importer:{HOME}", 5000)
    verdict = judge(limits, both, NOW)
    assert verdict.refused_until is None
    assert verdict.wait == WAITS[-1]


def test_requests_in_hand_count_for_what_a_guess_varies() -> None:
    burst = dict.fromkeys(["name:name", f"network:{HOME}"], 10)
    assert judge(LIMITS, {}, NOW, burst).reached == ("name",)
    assert judge(LIMITS, counted(f"network:{HOME}", 50), NOW, burst).refused_until


@pytest.mark.parametrize(("key", "ceiling"), [("number:importer", 100), ("name:name", 50), ("name:begins", 250)])
def test_what_strangers_know_never_refuses_but_changes_the_answer(key: str, ceiling: int) -> None:
    assert not judge(LIMITS, counted(key, ceiling - 1, DAY / 2), NOW).uniform
    verdict = judge(LIMITS, counted(key, ceiling, DAY / 2), NOW)
    assert verdict.uniform
    assert verdict.refused_until is None


@pytest.mark.parametrize("key", [f"answer:importer:{HOME}", "answer-address:address"])
def test_what_is_told_after_a_match_is_told_ten_times_a_day(key: str) -> None:
    limits = list_answer_limits(ASKED)
    assert judge(limits, counted(key, 3), NOW).wait == WAITS[0]
    assert not judge(limits, counted(key, 9, DAY / 2), NOW).uniform
    assert judge(limits, counted(key, 10, DAY / 2), NOW).uniform


def test_a_social_security_number_s_name_may_fail_half_as_often() -> None:
    limits = list_match_limits(replace(ASKED, is_social_security=True))
    assert judge(limits, counted("name:name", 5), NOW).wait == WAITS[0]


def test_without_networks_no_network_limits() -> None:
    assert {limit.name for limit in list_match_limits(Asked("importer", "name"))} == {
        "number",
        "name",
        "beginning of a name",
    }


def test_the_further_above_the_longer_is_the_wait() -> None:
    waits = [judge(LIMITS, counted("name:name", times), NOW).wait for times in (10, 14, 15, 20, 25, 49)]
    assert waits == [WAITS[0], WAITS[0], WAITS[1], WAITS[2], WAITS[3], WAITS[3]]


def test_the_limits_that_are_reached_are_named() -> None:
    both = counted("name:name", 60) | counted(f"network:{HOME}", 10)
    assert judge(LIMITS, both, NOW).reached == ("network 0", "name")
