"""Fingerprints, which are comparable but not readable; and blind indexes, one for each kind of value."""

import base64
import hmac
import inspect
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.security import fingerprints
from shared.security.fingerprints import BlindIndex, Fingerprints
from shared.security.keys import KeyRing, make_ring

ring = KeyRing.parse(make_ring())
prints = Fingerprints(ring)
parts = st.lists(st.text(max_size=20), min_size=1, max_size=3)


@given(parts)
def test_a_fingerprint_matches_what_it_was_made_of(made_of: list[str]) -> None:
    made = prints.compute(*made_of)
    assert prints.matches(made, *made_of)
    assert re.fullmatch(rf"{ring.current}\.[0-9a-f]{{64}}", made)


@given(parts, parts)
def test_a_fingerprint_matches_nothing_else(one: list[str], other: list[str]) -> None:
    assert prints.matches(prints.compute(*one), *other) == (one == other)


@pytest.mark.parametrize("other", [("ab", "c"), ("abc",), ("a", "b", "c"), ("bc", "a"), ("a", "bc", "")])
def test_the_boundary_between_parts_counts(other: tuple[str, ...]) -> None:
    assert prints.compute("a", "bc") != prints.compute(*other)


def test_a_fingerprint_of_another_key_does_not_match() -> None:
    other = Fingerprints(KeyRing.parse(make_ring()))
    assert not prints.matches(other.compute("a"), "a")
    swapped = f"{ring.current}.{other.compute('a').partition('.')[2]}"
    assert not prints.matches(swapped, "a")


@pytest.mark.parametrize(
    "fingerprint",
    ["", ".", "k1", "nokey.00", pytest.param(ring.current, id="key"), pytest.param(f"{ring.current}.", id="key-dot")],
)
def test_an_invalid_fingerprint_matches_nothing(fingerprint: str) -> None:
    assert not prints.matches(fingerprint, "a")


def test_after_a_rotation_old_fingerprints_still_match() -> None:
    old = f"old1:{base64.b64encode(b'o' * 32).decode()}"
    made = Fingerprints(KeyRing.parse(old)).compute("a", "b")
    rotated = Fingerprints(KeyRing.parse(f"{make_ring()},{old}"))
    assert rotated.matches(made, "a", "b")
    assert not rotated.matches(made, "a", "c")
    assert not rotated.compute("a", "b").startswith("old1.")


def test_fingerprints_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[str, str]] = []

    def compare(one: str, other: str) -> bool:
        compared.append((one, other))
        return one == other

    monkeypatch.setattr(hmac, "compare_digest", compare)
    right, wrong = prints.compute("a"), prints.compute("b")
    assert prints.matches(right, "a")
    assert not prints.matches(right, "b")
    assert compared == [(right, right), (right, wrong)]
    assert "==" not in inspect.getsource(fingerprints.Fingerprints.matches)


@given(st.text(max_size=30), st.text(max_size=30))
def test_a_blind_index_is_the_same_for_the_same_value_only(one: str, other: str) -> None:
    index = BlindIndex(ring)
    assert (index.compute("email", one) == index.compute("email", other)) == (one == other)


@given(st.text(max_size=30))
def test_two_kinds_of_value_have_two_indexes(value: str) -> None:
    index = BlindIndex(ring)
    assert index.compute("email", value) != index.compute("importer", value)


def test_the_index_depends_on_its_key_and_does_not_show_the_value() -> None:
    one, other = BlindIndex(ring), BlindIndex(KeyRing.parse(make_ring()))
    assert one.compute("importer", "123-45-6789") != other.compute("importer", "123-45-6789")
    assert re.fullmatch(r"[0-9a-f]{64}", one.compute("importer", "123-45-6789"))


def test_a_fingerprint_that_is_not_ascii_is_none() -> None:
    fingerprints = Fingerprints(KeyRing({"k1": bytes(32)}))
    assert not fingerprints.matches("k1.\u0661" + "0" * 63, "a")
