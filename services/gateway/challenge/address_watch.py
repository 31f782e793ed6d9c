"""Notices if the addresses that visitors seem to have are a proxy's: then they name nobody."""

from ipaddress import ip_address, ip_network
from uuid import UUID

import structlog

log = structlog.get_logger()

PRIVATE = [
    ip_network(network)
    for network in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7", "fe80::/10")
]
"""Where proxies and the networks of containers have their addresses (RFC 1918, 6598, 4193, 4291)."""

ENOUGH = 20
"""Sessions that all come from one private address before that is taken for a proxy's."""


class AddressWatch:
    """Looks at the first visitors' addresses. Warns, once, if they cannot be the visitors' own."""

    def __init__(self, trusted_proxies: str, *, is_public: bool) -> None:
        """`is_public`: the form has a public address, so its visitors are not on this machine."""
        self.names_visitors = True
        self._is_public = is_public
        self._only: str | None = None
        self._sessions: set[UUID] = set()
        self._is_decided = False
        if _trusts_everybody(trusted_proxies):
            log.warning(
                "every proxy is trusted, so visitors can choose their address: name the proxies in ACE_TRUSTED_PROXIES"
            )

    def see(self, host: str, session_id: UUID) -> None:
        """Looks at the address of somebody who sent page 1."""
        if self._is_decided:
            return
        if self._only not in (None, host) or not self._may_be_a_proxy(host):
            self._is_decided = True
            return
        self._only = host
        self._sessions.add(session_id)
        if len(self._sessions) >= ENOUGH:
            self._is_decided, self.names_visitors = True, False
            log.warning(
                "all visitors come from one private address: name it in ACE_TRUSTED_PROXIES if it is your proxy's, and "
                "have the proxy send X-Forwarded-For; until then no limit of a network applies",
                address=host,
            )

    def _may_be_a_proxy(self, host: str) -> bool:
        try:
            address = ip_address(host.partition("%")[0])
        except ValueError:
            return False
        return self._is_public if address.is_loopback else any(address in network for network in PRIVATE)


def _trusts_everybody(proxies: str) -> bool:
    """Whether this setting trusts all addresses, or all of a kind."""
    named = [proxy.strip() for proxy in proxies.split(",") if proxy.strip()]
    return any(proxy == "*" or ("/" in proxy and ip_network(proxy, strict=False).prefixlen == 0) for proxy in named)
