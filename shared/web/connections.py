"""The open connections of a process: how many there may be, in all and from one network."""

from collections.abc import Iterable
from ipaddress import ip_address, ip_network
from typing import Protocol

from uvicorn.server import ServerState

from shared.security.networks import list_networks
from shared.web.security_events import SecurityEvents

IN_ALL = 2000
"""Connections that a process serves at a time. Each takes about 20 KB, and at most a page and a send buffer more."""

OF_NETWORK = 200
"""Connections of one IPv4 address or IPv6 /64: thirty people behind one address, with the six that a browser opens."""

BEING_TOLD = 200
"""Connections beyond `IN_ALL` that are still told so. Any more are cut off."""


class Connection(Protocol):
    """What is counted."""

    @property
    def is_idle(self) -> bool:
        """Whether no request is being answered, and nothing is left to send."""

    def give_way(self) -> None:
        """Ends the connection, because a newer one needs its place."""


class Connections:
    """Admits connections. At a limit, the oldest idle one gives way to a new one, so idle ones keep nobody out."""

    def __init__(self, trusted_proxies: str) -> None:
        """`trusted_proxies`: addresses and networks that send many people's requests, as the setting has them."""
        self._trusts_all = trusted_proxies == "*"
        parts = [] if self._trusts_all else trusted_proxies.split(",")
        self._proxies = [ip_network(part.strip(), strict=False) for part in parts if part.strip()]
        self._open: dict[Connection, str] = {}
        self._by_network: dict[str, dict[Connection, None]] = {}
        self._refused = 0

    def __len__(self) -> int:
        return len(self._open)

    def admit(self, connection: Connection, host: str) -> int:
        """Counts a connection from this address. Returns 0, or the HTTP status of a refusal: 429 or 503."""
        network = self._name_network(host)
        siblings = self._by_network.get(network, {}) if network else {}
        if len(siblings) >= OF_NETWORK and not _make_way(siblings):
            return 429
        if len(self._open) >= IN_ALL and not _make_way(self._open):
            return 503
        self._open[connection] = network
        if network:
            self._by_network.setdefault(network, {})[connection] = None
        return 0

    def leave(self, connection: Connection) -> None:
        """Stops counting a connection."""
        network = self._open.pop(connection, "")
        siblings = self._by_network.get(network, {})
        siblings.pop(connection, None)
        if not siblings:
            self._by_network.pop(network, None)

    def begin_refusal(self) -> bool:
        """Counts a connection that is told why it is refused; False if there are too many of them."""
        if self._refused >= BEING_TOLD:
            return False
        self._refused += 1
        return True

    def end_refusal(self) -> None:
        """Stops counting a refused connection."""
        self._refused -= 1

    def _name_network(self, host: str) -> str:
        """The network that an address counts for: none for a trusted proxy, whose visitors are many."""
        networks = list_networks(host)
        if not networks or self._trusts_all:
            return ""
        address = ip_address(host)
        return "" if any(address in proxies for proxies in self._proxies) else networks[0]


def _make_way(connections: Iterable[Connection]) -> bool:
    """Ends the oldest idle one of these connections. False if all are busy."""
    oldest = next((connection for connection in connections if connection.is_idle), None)
    if oldest is None:
        return False
    oldest.give_way()
    return True


class WebServerState(ServerState):
    """What uvicorn shares between the connections of a server, the limits, and where to tell what was refused."""

    def __init__(self, trusted_proxies: str, events: SecurityEvents) -> None:
        super().__init__()
        self.limits = Connections(trusted_proxies)
        self.events = events
