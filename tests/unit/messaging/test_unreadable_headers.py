"""Headers as they come from the broker, before any of our code sees them."""

from collections.abc import Callable
from typing import Any

import pytest
from pamqp import decode, encode

from shared.messaging.pamqp_patch import DEEPEST, read_leniently

ReadTable = Callable[[bytes], tuple[int, object]]


@pytest.fixture
def read() -> ReadTable:
    read_leniently()
    return decode.METHODS["table"]


def nest(table: dict[str, Any], times: int) -> bytes:
    """The encoded table, inside as many others."""
    inner = encode.field_table(table)
    for _ in range(times):
        inner = b"\x01aF" + inner
        inner = len(inner).to_bytes(4, "big") + inner
    return inner


def test_headers_of_the_broker_are_kept(read: ReadTable) -> None:
    table: dict[str, Any] = {"x-death": [{"count": 1, "routing-keys": ["check-code"]}], "ace-attempts": 2}
    assert read(encode.field_table(table))[1] == table


@pytest.mark.parametrize("times", [DEEPEST, 400, 3_000])
def test_headers_nested_too_deeply_are_left_out(times: int, read: ReadTable) -> None:
    raw = nest({}, times)
    assert read(raw) == (len(raw), {})
