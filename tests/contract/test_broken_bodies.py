"""Anything but a valid message raises `BreaksContract`, which never quotes its input."""

import json
import traceback
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.breach import BreaksContract
from shared.contracts.catalogue import CONTRACTS, decode
from tests.contract.goldens import goldens

PERSONAL = "Jane-Roe-123-45-6789"

BODIES = [(golden.type, example["body"]) for golden in goldens() for example in golden.examples.values()]

JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just(PERSONAL),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.just(PERSONAL) | st.text(max_size=5), inner),
    max_leaves=8,
)


def decode_or_break(type_: str, body: bytes | str) -> str:
    """Everything that a log could show of the error; empty if there is none."""
    try:
        decode(type_, body)
    except BreaksContract as error:
        return "".join(traceback.format_exception(error))
    return ""


@st.composite
def broken(draw: st.DrawFn) -> tuple[str, str]:
    """A golden with one value replaced by anything."""
    type_, body = draw(st.sampled_from(BODIES))
    field = draw(st.sampled_from([*body, "later", PERSONAL]))
    changed: dict[str, Any] = {**body, field: draw(JUNK)}
    return type_, json.dumps(changed)


@pytest.mark.parametrize("value", [PERSONAL, [PERSONAL], {PERSONAL: 1}, {PERSONAL: {PERSONAL: PERSONAL}}])
@pytest.mark.parametrize(("type_", "body"), BODIES)
def test_neither_a_wrong_value_nor_its_keys_are_quoted(type_: str, body: dict[str, Any], value: object) -> None:
    for field in CONTRACTS[type_].model_fields:
        assert PERSONAL not in decode_or_break(type_, json.dumps({**body, field: value}))


@given(broken())
def test_nothing_of_a_broken_body_is_quoted(message: tuple[str, str]) -> None:
    assert PERSONAL not in decode_or_break(*message)


@given(st.sampled_from(sorted(CONTRACTS)), st.binary() | st.text() | JUNK.map(json.dumps))
def test_anything_else_breaks_the_contract_and_raises_nothing_else(type_: str, body: bytes | str) -> None:
    assert decode_or_break(type_, body)


@pytest.mark.parametrize("field", ["attempt", "resend", "tries_left"])
@pytest.mark.parametrize("count", [-1, 2**31, 10**30])
def test_a_count_that_nothing_can_reach_breaks_the_contract(field: str, count: int) -> None:
    counting = [(type_, {**body, field: count}) for type_, body in BODIES if field in body]
    assert counting
    assert all(decode_or_break(type_, json.dumps(body)) for type_, body in counting)


@given(st.sampled_from(BODIES), st.data())
def test_a_message_cut_short_breaks_its_contract(message: tuple[str, dict[str, Any]], data: st.DataObject) -> None:
    whole = json.dumps(message[1])
    length = data.draw(st.integers(0, len(whole) - 1))
    assert decode_or_break(message[0], whole[:length])


@pytest.mark.parametrize(("type_", "body"), BODIES)
def test_a_required_field_that_is_missing_is_named(type_: str, body: dict[str, Any]) -> None:
    for field in (name for name, info in CONTRACTS[type_].model_fields.items() if info.is_required()):
        with pytest.raises(BreaksContract, match=f"^{field}: missing$"):
            decode(type_, json.dumps({name: value for name, value in body.items() if name != field}))


@pytest.mark.parametrize(
    "time",
    [
        "0001-01-01T00:00:00+10:00",
        "9999-12-31T23:59:59-10:00",
        "2026-11-02T15:04:05",
        1e18,
    ],
)
@pytest.mark.parametrize("type_", [name for name, kind in CONTRACTS.items() if "taken_at" in kind.model_fields])
def test_a_time_that_cannot_be_breaks_the_contract(type_: str, time: object) -> None:
    body = next(body for name, body in BODIES if name == type_)
    with pytest.raises(BreaksContract, match="taken_at"):
        decode(type_, json.dumps({**body, "taken_at": time}))


@given(st.text())
def test_an_unknown_type_is_not_quoted(type_: str) -> None:
    if type_ not in CONTRACTS:
        with pytest.raises(BreaksContract, match=r"^type: unknown$"):
            decode(type_, b"{}")
