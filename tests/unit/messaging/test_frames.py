"""Frames are written and read as pamqp itself does."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some
from pamqp import base
from pamqp.commands import Basic
from pamqp.header import ContentHeader

from shared.messaging.frames import speed_up
from shared.messaging.pamqp_patch import read_leniently

SHORT = some.text(max_size=60)
"""At most 240 bytes."""
TAGS = some.integers(0, 2**63 - 1)
NAMES = some.text("abcdefghijklmnopqrstuvwxyz.-_:", max_size=60)
VALUES = some.none() | some.booleans() | some.integers(-(2**63), 2**63 - 1) | some.text()
TIMES = some.integers(0, 2**32 - 1).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
ALL = Basic.Properties(
    "application/json", "gzip", {"ace-attempts": 2}, 2, 9, "asked", "gateway.replies.gateway.1f2e", "5000",
    "00000000-0000-0000-0000-000000000000", datetime(2026, 11, 29, tzinfo=UTC), "check-code.1", "gateway", "gateway",
)  # fmt: skip


@pytest.fixture(autouse=True, scope="module")
def _patched() -> None:
    read_leniently()
    speed_up()


PROPERTIES = some.builds(
    Basic.Properties,
    content_type=some.none() | SHORT,
    content_encoding=some.none() | SHORT,
    headers=some.none() | some.dictionaries(SHORT, VALUES, max_size=5),
    delivery_mode=some.sampled_from([None, 1, 2]),
    priority=some.none() | some.integers(0, 255),
    correlation_id=some.none() | SHORT,
    reply_to=some.none() | SHORT,
    expiration=some.none() | SHORT,
    message_id=some.none() | SHORT,
    timestamp=some.none() | TIMES,
    message_type=some.none() | SHORT,
    user_id=some.none() | SHORT,
    app_id=some.none() | SHORT,
)


@given(PROPERTIES)
def test_properties_are_written_and_read_alike(properties: Basic.Properties) -> None:
    written = ContentHeader(0, 0, properties).marshal()
    assert properties.marshal() == base.BasicProperties.marshal(properties)
    read = ContentHeader()
    read.unmarshal(written)
    by_pamqp = Basic.Properties()
    base.BasicProperties.unmarshal(by_pamqp, int.from_bytes(written[12:14], "big"), written[14:])
    assert read.properties == by_pamqp


def test_no_property_is_forgotten() -> None:
    read = ContentHeader()
    read.unmarshal(ContentHeader(0, 0, ALL).marshal())
    assert read.properties == ALL


@given(NAMES, SHORT, some.booleans(), some.booleans())
def test_a_publish_is_written_alike(exchange: str, key: str, mandatory: bool, immediate: bool) -> None:
    frame = Basic.Publish(0, exchange, key, mandatory, immediate)
    assert frame.marshal() == base.Frame.marshal(frame)


@given(SHORT, TAGS, some.booleans(), NAMES, SHORT)
def test_a_delivery_is_read_alike(consumer: str, tag: int, redelivered: bool, exchange: str, key: str) -> None:
    written = Basic.Deliver(consumer, tag, redelivered, exchange, key).marshal()
    read, by_pamqp = Basic.Deliver(), Basic.Deliver()
    read.unmarshal(written)
    base.Frame.unmarshal(by_pamqp, written)
    assert dict(read) == dict(by_pamqp)


@given(TAGS, some.booleans())
def test_a_confirm_is_written_and_read_alike(tag: int, multiple: bool) -> None:
    frame = Basic.Ack(tag, multiple)
    assert frame.marshal() == base.Frame.marshal(frame)
    read = Basic.Ack()
    read.unmarshal(frame.marshal())
    assert dict(read) == dict(frame)


def test_a_text_that_is_too_long_is_refused() -> None:
    with pytest.raises(TypeError):
        Basic.Properties(message_id="1" * 256).marshal()
