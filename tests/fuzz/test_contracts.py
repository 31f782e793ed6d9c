"""Any message: it is decoded or breaks its contract; it is delivered or fails for good."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pamqp import decode as amqp

from shared.contracts.breach import BreaksContract
from shared.contracts.catalogue import COMMANDS, CONTRACTS, EVENTS, QUERIES, decode
from shared.domain.errors import PermanentFailure
from shared.messaging import delivery, headers, pamqp_patch
from tests.contract.goldens import goldens
from tests.fuzz.cases import cases, soon
from tests.fuzz.hostile import JSON_VALUES, TRAPS, changed_json
from tests.support.memory.broker import Channel, Sent, delivered

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
BODIES = [(golden.type, example["body"]) for golden in goldens() for example in golden.examples.values()]
DELIVERED = {contract.TYPE for contract in (*COMMANDS, *QUERIES, *EVENTS)}
words = st.sampled_from(["", "gateway", "worker", "intake", "console", "\u0661" * 32, "{" + "0" * 32 + "}", *TRAPS])
values = st.recursive(
    words | st.integers() | st.none() | st.booleans() | st.binary(max_size=4) | st.datetimes() | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=5,
)
OURS = (headers.APPLICATION, headers.ATTEMPTS, headers.BUGS, headers.ORIGIN, headers.REPLAYED_AT, headers.REPLAYS)
names = st.sampled_from((*OURS, headers.SIZE, headers.REASON, "ace-email", "ace-resend", "x-death"))


@cases(150)
@given(st.sampled_from(BODIES).flatmap(lambda one: st.tuples(st.just(one[0]), changed_json(one[1]))))
def test_a_changed_body_is_decoded_or_breaks_its_contract(message: tuple[str, bytes]) -> None:
    type_, body = message
    with soon():
        try:
            assert type_ == decode(type_, body).TYPE
        except BreaksContract as error:
            assert len(str(error)) < 400  # noqa: PT017  # the other outcome is as good


@cases(50)
@given(st.sampled_from(sorted(CONTRACTS)), JSON_VALUES.map(str.encode) | st.binary())
def test_any_other_body_breaks_its_contract(type_: str, body: bytes) -> None:
    with soon(), pytest.raises(BreaksContract):
        decode(type_, body)


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[str, Sent]:
    type_, body = draw(st.sampled_from([one for one in BODIES if one[0] in DELIVERED]))
    sent = Sent(
        exchange=draw(st.sampled_from(["ace.commands", "ace.events", "ace.replay", ""])),
        routing_key="",
        body=draw(changed_json(body)),
        type=draw(st.just(type_) | words),
        message_id=draw(st.uuids().map(str) | words | st.none()),
        user_id=draw(words | st.none()),
        timestamp=draw(st.datetimes(min_value=datetime(1970, 1, 1), timezones=st.just(UTC)) | st.none()),  # noqa: DTZ001  # hypothesis adds the zone
        headers=draw(st.dictionaries(names, values, max_size=4)),
        reply_to=draw(words | st.none()),
        correlation_id=draw(words | st.none()),
    )
    return type_, sent


@cases(150)
@given(deliveries())
def test_any_properties_and_headers_are_delivered_or_fail_for_good(one: tuple[str, Sent]) -> None:
    type_, sent = one
    raw = delivered(sent, Channel())
    with soon():
        try:
            found = delivery.read(raw, CONTRACTS[type_], "worker", NOW)
        except PermanentFailure:
            delivery.read_headers(raw, CONTRACTS[type_], "worker")
        else:
            assert found.published_at <= NOW
        for header in (headers.ATTEMPTS, headers.BUGS, headers.REPLAYS):
            assert 0 <= headers.read_count(raw, header) <= headers.MOST


def nest(kind: bytes, times: int) -> bytes:
    """An AMQP table with tables or arrays inside each other."""
    inner = b""
    for _ in range(times):
        inner = (b"\x01a" if kind == b"F" else b"") + kind + len(inner).to_bytes(4, "big") + inner
    inner = inner if kind == b"F" else b"\x01a" + kind + len(inner).to_bytes(4, "big") + inner
    return len(inner).to_bytes(4, "big") + inner


def pack(inner: bytes) -> bytes:
    return len(inner).to_bytes(4, "big") + inner


ReadTable = Callable[[bytes], tuple[int, object]]


@pytest.fixture
def read_table() -> ReadTable:
    pamqp_patch.read_leniently()
    return amqp.METHODS["table"]


@cases(100)
@given(
    st.one_of(st.builds(nest, st.sampled_from([b"F", b"A"]), st.integers(0, 3000)), st.binary(max_size=60).map(pack))
)
def test_any_table_of_headers_leaves_the_connection_open(read_table: ReadTable, table: bytes) -> None:
    with soon():
        size, found = read_table(table)
    assert size == len(table)
    assert len(repr(found)) < 1_000
