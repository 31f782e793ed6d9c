"""When to prompt: always, never, or when one network sends requests faster than people file applications.

Each process counts in its own memory, so with several processes a network may send as many requests through each.
"""

from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from services.gateway.challenge.memory import Memory
from shared.settings.processes import GatewaySettings

AT_ONCE = 5
"""Requests that a network may send in a burst: a few colleagues, or one person correcting a typo."""

EVERY = timedelta(seconds=30)
"""Time that earns one more request: an office that files one a minute never runs out; a script soon does."""

EVERY_HERE = timedelta(seconds=5)
"""The same for loopback addresses: somebody trying the form, or all visitors of a proxy that hides their addresses.
Allows a burst of 24, then twelve a minute."""

LONGEST = timedelta(minutes=10)
"""Quiet time after which even a script's network starts fresh: the address may be somebody else's by then."""

MOST = 20_000
"""Networks remembered: about 5 MB."""

HERE = "loopback"


def name_network(host: str) -> str:
    """Names what counts as one visitor: an IPv4 address, or the /64 that an IPv6 subscriber gets.

    All loopback addresses count as one. Without an address, the name is empty.
    """
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return host[:64]  # only a trusted proxy sends such a name
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if address.is_loopback:
        return HERE
    return str(ip_network((address, 64), strict=False)) if address.version == 6 else str(address)


class Prompting:
    """Counts requests by network. For each it keeps one time: until when the requests so far keep it busy."""

    def __init__(self, settings: GatewaySettings) -> None:
        self._always = settings.challenge == "always"
        self._counting = settings.challenge == "auto" and settings.rate_limit == "on"
        self._busy: Memory[datetime] = Memory(MOST)

    def is_needed(self, network: str, now: datetime) -> bool:
        """Whether a request from this network needs verification now."""
        return self._always or (self._counting and self._measure_backlog(network, now) > (AT_ONCE - 1) * EVERY)

    def count(self, network: str, now: datetime) -> bool:
        """Counts a request that was sent. Returns whether it needs verification."""
        prompted = self.is_needed(network, now)
        if self._counting and network:
            busy = now + min(self._measure_backlog(network, now) + (EVERY_HERE if network == HERE else EVERY), LONGEST)
            self._busy.put(network, busy, busy, now)
        return prompted

    def _measure_backlog(self, network: str, now: datetime) -> timedelta:
        return (self._busy.get(network, now) or now) - now
