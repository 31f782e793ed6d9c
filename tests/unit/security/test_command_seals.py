"""Each gateway has keys of its own: none opens what another sealed, and only whoever has the root can make them."""

import pytest

from shared.security.command_seals import CommandSealers, derive_gateway_ring
from shared.security.keys import KeyRing, make_ring
from shared.security.sealing import CannotOpen, Sealer

FORM = KeyRing.parse(make_ring())
ROOT = KeyRing.parse(f"{make_ring()},{make_ring()}")
CONTEXT = "start-application.v1/request/1"

sealers = CommandSealers(FORM, ROOT, own_users=["gateway"])


def test_a_gateway_seals_with_the_ring_that_was_made_for_its_user() -> None:
    ring = KeyRing.parse(derive_gateway_ring(ROOT, "kiosk").write())
    assert sealers.find("kiosk").open_bytes(Sealer(ring).seal_bytes(b"text", CONTEXT), CONTEXT) == b"text"
    assert ring.keys.keys() == ROOT.keys.keys()
    older = KeyRing(dict(list(ring.keys.items())[1:]))
    assert sealers.find("kiosk").open_bytes(Sealer(older).seal_bytes(b"text", CONTEXT), CONTEXT) == b"text"


@pytest.mark.parametrize(("sender", "reader"), [("kiosk", "broker"), ("kiosk", "gateway"), ("gateway", "kiosk")])
def test_no_gateway_opens_what_another_sealed(sender: str, reader: str) -> None:
    sealed = sealers.find(sender).seal_bytes(b"text", CONTEXT)
    with pytest.raises(CannotOpen):
        sealers.find(reader).open_bytes(sealed, CONTEXT)


def test_our_form_has_the_ring_of_commands_and_so_has_everybody_where_no_other_is_set() -> None:
    sealed = Sealer(FORM).seal_bytes(b"text", CONTEXT)
    assert sealers.find("gateway").open_bytes(sealed, CONTEXT) == b"text"
    assert CommandSealers(FORM, None, own_users=[]).find("kiosk").open_bytes(sealed, CONTEXT) == b"text"


def test_the_derived_keys_stay_the_same_for_ever() -> None:
    root = KeyRing({"k1": bytes(range(32))})
    assert derive_gateway_ring(root, "kiosk").keys["k1"].hex() == (
        "b7f529e82773a7b95092cf7cf0b50169db0771d5971f7e80eaa435da7bfaddf6"
    )
