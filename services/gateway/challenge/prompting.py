"""When to prompt: always, never, or when a network sends requests faster than people file applications.

This is the cheap first line: each process counts requests in its own memory. Intake counts what went wrong, for all
processes, and may ask for human verification whatever is decided here.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from ipaddress import ip_network
from math import ceil

from services.gateway.challenge.buckets import Buckets
from shared.security.networks import list_networks
from shared.settings.processes import GatewaySettings

AT_ONCE = 5
"""Requests that a visitor's own network may send in a burst: a few colleagues, or one person correcting a typo."""

EVERY = timedelta(seconds=30)
"""Time that earns one more request: an office that files one a minute never runs out; a script soon does."""

WIDER = 4
"""How many times as much the next wider network may send (`list_networks`)."""

EVERY_HERE = timedelta(seconds=5)
"""The same for loopback addresses: somebody trying the form, or all visitors of a proxy that hides their addresses.
Allows a burst of 24, then twelve a minute."""

LONGEST = timedelta(minutes=10)
"""Quiet time after which even a script's network starts fresh: the address may be somebody else's by then."""

MOST = 50_000
"""Networks counted: about 8 MB. While that many are busy, everybody else is prompted."""

HARDEST = 4
"""How many times as hard as the easiest the hardest check is, for networks that are busy for the longest time."""

HERE = "loopback"
HERE_IN_V6 = "::/64"
"""The network of ::1."""


def name_networks(host: str) -> tuple[str, ...]:
    """Names the networks that a visitor counts for, the narrowest first. Empty without an address.

    All loopback addresses count as one network.
    """
    networks = list_networks(host)
    if not networks:
        return (host[:64],) if host else ()  # only a trusted proxy sends such a name
    return (HERE,) if networks[0] == HERE_IN_V6 or ip_network(networks[0]).is_loopback else networks


class Prompting:
    """Counts requests by network, and decides who is prompted and how hard the check is."""

    def __init__(self, settings: GatewaySettings) -> None:
        self._always = settings.challenge == "always"
        self._counting = settings.challenge == "auto" and settings.rate_limit == "on"
        self._buckets = Buckets(MOST, LONGEST)

    def is_needed(self, networks: Sequence[str], now: datetime) -> bool:
        """Whether a request from these networks needs verification now. If the table is full, a new network's does."""
        if self._always or not self._counting:
            return self._always
        if not all(self._buckets.has_room_for(network, now) for network in networks):
            return True
        return self._measure_backlog(networks, now) > (AT_ONCE - 1) * EVERY

    def choose_difficulty(self, networks: Sequence[str], now: datetime) -> int:
        """How many times as hard as the easiest the check is, by the busiest of these networks."""
        return min(max(1, ceil(self._measure_backlog(networks, now) / (AT_ONCE * EVERY))), HARDEST)

    def count(self, networks: Sequence[str], now: datetime) -> bool:
        """Counts a request that was sent. Returns whether it needs verification."""
        prompted = self.is_needed(networks, now)
        if self._counting:
            for level, network in enumerate(networks):
                self._buckets.add(network, EVERY_HERE if network == HERE else EVERY / WIDER**level, now)
        return prompted

    def _measure_backlog(self, networks: Sequence[str], now: datetime) -> timedelta:
        return max((self._buckets.measure(network, now) for network in networks), default=timedelta())
