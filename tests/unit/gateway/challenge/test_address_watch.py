"""Addresses that name no visitor: the log says so in one line, and nobody is counted by them."""

from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from services.gateway.challenge.address_watch import ENOUGH, AddressWatch

DOCKER = "172.18.0.1"


def see_all(watch: AddressWatch, *hosts: str) -> list[str]:
    """The warnings after this many visitors."""
    with capture_logs() as lines:
        for host in hosts:
            watch.see(host, uuid4())
    return [str(line["event"]) for line in lines]


def test_a_proxy_that_names_nobody_is_noticed_once_by_its_address() -> None:
    watch = AddressWatch("127.0.0.1", is_public=False)
    assert not see_all(watch, *[DOCKER] * (ENOUGH - 1))
    assert watch.names_visitors
    [line] = see_all(watch, *[DOCKER] * ENOUGH)
    assert "ACE_TRUSTED_PROXIES" in line
    assert not watch.names_visitors


def test_one_person_with_many_requests_is_no_proxy() -> None:
    watch, somebody = AddressWatch("127.0.0.1", is_public=False), uuid4()
    for _ in range(3 * ENOUGH):
        watch.see(DOCKER, somebody)
    assert watch.names_visitors


@pytest.mark.parametrize(
    "hosts", [["10.0.0.1", "10.0.0.2"], ["203.0.113.7"], [DOCKER, "203.0.113.7"], ["a name"], [""]]
)
def test_addresses_that_differ_or_are_public_are_the_visitors_own(hosts: list[str]) -> None:
    watch = AddressWatch("127.0.0.1", is_public=True)
    assert not see_all(watch, *hosts, *[hosts[0]] * ENOUGH)
    assert watch.names_visitors


@pytest.mark.parametrize("is_public", [True, False])
def test_visitors_on_this_machine_are_expected_only_without_a_public_address(is_public: bool) -> None:
    watch = AddressWatch("127.0.0.1", is_public=is_public)
    assert bool(see_all(watch, *["127.0.0.1"] * ENOUGH)) == is_public


@pytest.mark.parametrize(
    ("proxies", "warns"),
    [("*", True), ("10.0.0.1,0.0.0.0/0", True), ("::/0", True), ("10.0.0.0/8, ::1", False), ("", False)],
)
def test_trusting_every_proxy_is_warned_of_at_once(proxies: str, warns: bool) -> None:
    with capture_logs() as lines:
        AddressWatch(proxies, is_public=True)
    assert bool(lines) == warns
