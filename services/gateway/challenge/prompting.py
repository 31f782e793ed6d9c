"""When to prompt: always, never, or where requests come from one network faster than people file applications.

Counted in the memory of each process for itself: with several, a network may send so many requests through each.
"""

from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from services.gateway.challenge.memory import Memory
from shared.settings.processes import GatewaySettings

AT_ONCE = 5
"""Requests that a network may send without a pause: a few colleagues, or one with a slip of the pen in the name."""

EVERY = timedelta(seconds=30)
"""Time that earns one more: an office that files one application a minute never runs out; a script does at once."""

EVERY_HERE = timedelta(seconds=5)
"""The same for this machine's own addresses: somebody who tries the form, or all visitors of a proxy that names nobody.
24 at once, and twelve a minute after that."""

LONGEST = timedelta(minutes=10)
"""Quiet time after which even a script's network is like new: the address may be somebody else's by then."""

MOST = 20_000
"""Networks remembered: about 5 MB."""

HERE = "loopback"


def name_network(host: str) -> str:
    """What counts as one visitor: an IPv4 address, or the /64 that an IPv6 subscriber has whole.

    This machine's own addresses are one; empty where there is none.
    """
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return host[:64]  # only a proxy that is trusted says such
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if address.is_loopback:
        return HERE
    return str(ip_network((address, 64), strict=False)) if address.version == 6 else str(address)


class Prompting:
    """Counts requests by network, with one time each: until when those that it sent keep it busy."""

    def __init__(self, settings: GatewaySettings) -> None:
        self._always = settings.challenge == "always"
        self._counting = settings.challenge == "auto" and settings.rate_limit == "on"
        self._busy: Memory[datetime] = Memory(MOST)

    def is_needed(self, network: str, now: datetime) -> bool:
        """Whether a request that this network sends now has to be verified."""
        return self._always or (self._counting and self._ahead(network, now) > (AT_ONCE - 1) * EVERY)

    def count(self, network: str, now: datetime) -> bool:
        """The same, for a request that was sent; the next one finds it counted."""
        prompted = self.is_needed(network, now)
        if self._counting and network:
            busy = now + min(self._ahead(network, now) + (EVERY_HERE if network == HERE else EVERY), LONGEST)
            self._busy.put(network, busy, busy, now)
        return prompted

    def _ahead(self, network: str, now: datetime) -> timedelta:
        return (self._busy.get(network, now) or now) - now
