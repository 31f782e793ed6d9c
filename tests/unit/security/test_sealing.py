"""A sealed text opens only in its context, with its key, and unchanged."""

import base64
import re
import string
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from shared.contracts import message
from shared.contracts.sealed import AccountRequest, Grant, TypedCode
from shared.security.keys import PURPOSES, BadKeys, KeyRing, make_environment, make_ring
from shared.security.sealing import CannotOpen, Sealer, name_context

CONTEXT = name_context("check-code.v1", "code", UUID(int=1))
BASE64URL = string.ascii_letters + string.digits + "-_"

ring = KeyRing.parse(make_ring())
sealer = Sealer(ring)
contract = TypeAdapter[str](message.Sealed)


@given(st.binary(max_size=200), st.text(max_size=40))
def test_sealed_content_opens_in_its_context(content: bytes, context: str) -> None:
    assert sealer.open_bytes(sealer.seal_bytes(content, context), context) == content


@given(st.binary(max_size=200))
def test_what_was_sealed_has_the_form_that_the_contracts_demand(content: bytes) -> None:
    sealed = sealer.seal_bytes(content, CONTEXT)
    assert contract.validate_python(sealed) == sealed
    assert sealed.partition(".")[0] == ring.current


def test_a_model_comes_back_as_it_was() -> None:
    request = AccountRequest(company_name="Société \U0001f4e6", importer_number="123-45-6789", email="a@example.com")
    assert sealer.open(AccountRequest, sealer.seal(request, CONTEXT), CONTEXT) == request


def test_the_same_content_is_never_sealed_alike_twice() -> None:
    assert len({sealer.seal_bytes(b"7K2M0XQ9", CONTEXT) for _ in range(200)}) == 200


def test_nothing_of_the_content_is_readable_in_what_is_sealed() -> None:
    sealed = sealer.seal(TypedCode(code="123-45-6789"), CONTEXT).partition(".")[2]
    assert b"6789" not in base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))


@pytest.mark.parametrize(
    "context",
    [
        name_context("check-code.v1", "code", UUID(int=2)),
        name_context("check-code.v1", "request", UUID(int=1)),
        name_context("submit-details.v1", "code", UUID(int=1)),
        f"applications/code/{UUID(int=1)}",
        "",
        CONTEXT + " ",
    ],
)
def test_sealed_content_opens_in_no_other_context(context: str) -> None:
    with pytest.raises(CannotOpen, match="changed, or sealed for another context"):
        sealer.open_bytes(sealer.seal_bytes(b"7K2M0XQ9", CONTEXT), context)


def test_sealed_content_opens_under_no_other_key() -> None:
    id = ring.current
    key = KeyRing.parse(make_ring()).keys
    stranger = Sealer(KeyRing({id: next(iter(key.values()))}))
    with pytest.raises(CannotOpen, match="changed, or sealed for another context"):
        stranger.open_bytes(sealer.seal_bytes(b"7K2M0XQ9", CONTEXT), CONTEXT)


def test_a_key_that_is_not_in_the_ring_is_named() -> None:
    with pytest.raises(CannotOpen, match="no key 'k9' in the ring"):
        sealer.open_bytes("k9." + "A" * 40, CONTEXT)


@pytest.mark.parametrize("length", range(6))
def test_one_changed_character_anywhere_keeps_it_shut(length: int) -> None:
    sealed = sealer.seal_bytes(b"x" * length, CONTEXT)
    for place, old in enumerate(sealed):
        for new in BASE64URL + ".+/=":
            if new != old:
                with pytest.raises(CannotOpen):
                    sealer.open_bytes(sealed[:place] + new + sealed[place + 1 :], CONTEXT)


@given(st.binary(max_size=40), st.data())
def test_what_was_cut_short_or_lengthened_keeps_shut(content: bytes, data: st.DataObject) -> None:
    sealed = sealer.seal_bytes(content, CONTEXT)
    cut = data.draw(st.integers(0, len(sealed) - 1))
    for changed in (sealed[:cut], sealed + data.draw(st.text(BASE64URL + "=\n ", min_size=1, max_size=4))):
        with pytest.raises(CannotOpen):
            sealer.open_bytes(changed, CONTEXT)


@given(st.text(max_size=80) | st.text(max_size=60).map(lambda text: f"{ring.current}.{text}"))
def test_what_was_never_sealed_is_refused_like_the_rest(text: str) -> None:
    with pytest.raises(CannotOpen):
        sealer.open_bytes(text, CONTEXT)


def test_a_content_of_another_kind_is_refused_without_being_quoted() -> None:
    sealed = sealer.seal(TypedCode(code="7K2M-0XQ9"), CONTEXT)
    with pytest.raises(CannotOpen) as refused:
        sealer.open(Grant, sealed, CONTEXT)
    assert str(refused.value) == "what was sealed is no Grant"
    assert refused.value.__suppress_context__


def test_after_a_rotation_the_new_key_seals_and_the_old_one_still_opens() -> None:
    rotated = Sealer(KeyRing.parse(f"new1:{base64.b64encode(b'n' * 32).decode()},{_text(ring)}"))
    before = sealer.seal_bytes(b"before", CONTEXT)
    assert rotated.open_bytes(before, CONTEXT) == b"before"
    after = rotated.seal_bytes(b"after", CONTEXT)
    assert after.startswith("new1.")
    assert rotated.open_bytes(after, CONTEXT) == b"after"
    with pytest.raises(CannotOpen, match="no key 'new1'"):
        sealer.open_bytes(after, CONTEXT)


def test_sealing_and_fingerprints_use_separate_keys() -> None:
    derived = [ring.keys[ring.current], ring.for_sealing[ring.current], ring.for_fingerprints[ring.current]]
    assert len(set(derived)) == 3
    assert all(len(key) == 32 for key in derived)


def _text(kept: KeyRing) -> str:
    return ",".join(f"{id}:{base64.b64encode(key).decode()}" for id, key in kept.keys.items())


def test_the_first_key_of_a_ring_is_the_one_for_what_is_new() -> None:
    one, two = base64.b64encode(b"1" * 32).decode(), base64.b64encode(b"2" * 32).decode()
    parsed = KeyRing.parse(f" b:{two} , a:{one} ")
    assert parsed.current == "b"
    assert parsed.keys == {"b": b"2" * 32, "a": b"1" * 32}


SECRET = base64.b64encode(bytes(range(100, 132))).decode()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "a ring is id:base64"),
        (SECRET, "a ring is id:base64"),
        (f"k1={SECRET}", "a ring is id:base64"),
        (f"K1:{SECRET}", "a ring is id:base64"),
        (f"{'k' * 17}:{SECRET}", "a ring is id:base64"),
        (f"{SECRET}:k1", "a ring is id:base64"),
        (f"k1:{SECRET},", "a ring is id:base64"),
        (f"k1:{SECRET[:-1]}", "key k1 is not base64"),
        (f"k1:{SECRET}\u00e9", "key k1 is not base64"),
        (f"k1:{SECRET[:20]} {SECRET[20:]}", "key k1 is not base64"),
        (f"k1:{SECRET[:40]}", "key k1 has 30 bytes, not 32"),
        ("k1:", "key k1 has 0 bytes, not 32"),
        (f"k1:{SECRET},k1:{SECRET}", "key k1 is in it twice"),
    ],
)
def test_a_ring_that_cannot_be_read_is_refused_without_quoting_a_key(text: str, said: str) -> None:
    with pytest.raises(BadKeys, match=f"^{re.escape(said)}") as refused:
        KeyRing.parse(text)
    assert refused.value.__suppress_context__ or refused.value.__context__ is None
    assert not any(SECRET[start : start + 8] in str(refused.value) for start in range(len(SECRET) - 8))


@given(st.text(max_size=60) | st.text("k1:,=AB+/", max_size=80))
def test_a_ring_is_read_or_refused_as_bad_keys(text: str) -> None:
    try:
        parsed = KeyRing.parse(text)
    except BadKeys:
        return
    assert all(len(key) == 32 for key in parsed.keys.values())


def test_a_ring_shows_no_key_when_it_is_printed() -> None:
    kept = KeyRing.parse(f"k1:{SECRET}")
    assert kept.for_sealing
    assert repr(kept) == "KeyRing()"
    assert f"{kept}" == "KeyRing()"


def test_every_purpose_gets_its_own_ring() -> None:
    environment = make_environment()
    assert environment.keys() == {f"ACE_KEYS_{purpose.upper()}" for purpose in PURPOSES}
    keys = [key for text in environment.values() for key in KeyRing.parse(text).keys.values()]
    assert len(set(keys)) == len(PURPOSES)
