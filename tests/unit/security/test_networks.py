"""Which networks an address belongs to, and that their tags tell nobody the address."""

import pytest

from shared.security.fingerprints import BlindIndex
from shared.security.keys import KeyRing, make_ring
from shared.security.networks import list_networks, tag_networks


@pytest.mark.parametrize(
    ("host", "networks"),
    [
        ("203.0.113.7", ("203.0.113.7/32", "203.0.113.0/24", "203.0.0.0/16")),
        ("::ffff:203.0.113.7", ("203.0.113.7/32", "203.0.113.0/24", "203.0.0.0/16")),
        (
            "2001:db8:12:3456::1",
            ("2001:db8:12:3456::/64", "2001:db8:12:3400::/56", "2001:db8:12::/48", "2001:db8::/32"),
        ),
        ("fe80::1%eth0", ("fe80::/64", "fe80::/56", "fe80::/48", "fe80::/32")),
        ("unix socket", ()),
        ("", ()),
    ],
)
def test_an_address_belongs_to_ever_larger_networks(host: str, networks: tuple[str, ...]) -> None:
    assert list_networks(host) == networks


def test_neighbors_share_the_tags_of_their_larger_networks_only() -> None:
    index = BlindIndex(KeyRing.parse(make_ring()))
    one, other = tag_networks(index, "203.0.113.7"), tag_networks(index, "203.0.113.8")
    assert one[0] != other[0]
    assert one[1:] == other[1:]
    assert all(len(tag) == 32 for tag in one)


def test_another_key_makes_other_tags() -> None:
    one, other = (BlindIndex(KeyRing.parse(make_ring())) for _ in range(2))
    assert set(tag_networks(one, "203.0.113.7")).isdisjoint(tag_networks(other, "203.0.113.7"))
