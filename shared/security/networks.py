"""The networks of a visitor, and their tags: keyed hashes that can be counted without anybody learning an address."""

from ipaddress import IPv6Address, ip_address, ip_network

from shared.security.fingerprints import BlindIndex

PREFIXES = {4: (32, 24, 16), 6: (64, 56, 48, 32)}
"""Lengths of the prefixes that count as networks: one visitor or subscriber first, then ever larger providers."""

TAG = 32
"""Hexadecimal digits of a tag: enough that no two networks share one."""


def list_networks(host: str) -> tuple[str, ...]:
    """The networks of an address, the narrowest first. Empty if it is none.

    >>> list_networks("203.0.113.7")
    ('203.0.113.7/32', '203.0.113.0/24', '203.0.0.0/16')
    """
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return ()
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return tuple(str(ip_network((address, length), strict=False)) for length in PREFIXES[address.version])


def tag_networks(index: BlindIndex, host: str) -> tuple[str, ...]:
    """The tags of an address's networks, in the same order."""
    return tuple(index.compute("network", network)[:TAG] for network in list_networks(host))
