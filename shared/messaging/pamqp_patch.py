"""Keeps the connection open, and deliveries moving, when AMQP properties are unreadable.

pamqp raises on a timestamp beyond the calendar, on text that is not UTF-8 and on tables nested a few hundred times, and
aiormq then closes the connection.
One such message would stop all of a worker's queues until it reaches the delivery limit. Without the property, the
message reaches our own code, which parks it and says why.

aio_pika drops a delivery whose mode is neither 1 nor 2, without settling it. Here it counts as not persistent.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from aio_pika import DeliveryMode
from pamqp import decode

_TIMESTAMP_BYTES = 8

DEEPEST = 10
"""Tables and arrays inside each other to keep. The broker's own headers have three."""


def _read_timestamp(value: bytes) -> tuple[int, datetime | None]:
    try:
        return decode.timestamp(value)
    except (ValueError, OverflowError, OSError):
        return _TIMESTAMP_BYTES, None


def _read_short_text(value: bytes) -> tuple[int, str]:
    length = value[0]
    return length + 1, value[1 : length + 1].decode(errors="replace")


def _read_table(value: bytes) -> tuple[int, dict[str, Any]]:
    try:
        return decode.field_table(value)
    except (ValueError, RecursionError):
        return int.from_bytes(value[:4], "big") + 4, {}


def _read_headers(value: bytes) -> tuple[int, dict[str, Any]]:
    """A table that our own code can go through: one nested too deeply is left out."""
    size, table = _read_table(value)
    level: list[Any] = [table]
    for _ in range(DEEPEST):
        level = [inner for outer in level for inner in _list_inner(outer)]
    return size, {} if level else table


def _list_inner(value: Any) -> list[Any]:
    inner = value.values() if isinstance(value, dict) else value
    return [one for one in inner if isinstance(one, dict | list)]


def _read_delivery_mode(_kind: type[DeliveryMode], _value: object) -> DeliveryMode:
    return DeliveryMode.NOT_PERSISTENT


def read_leniently() -> None:
    """Makes this process skip unreadable timestamps, tables and modes, and replace unreadable characters in text."""
    DeliveryMode._missing_ = classmethod(_read_delivery_mode)  # type: ignore[assignment]
    methods: dict[Any, Callable[..., Any]] = decode.METHODS
    embedded: dict[Any, Callable[..., Any]] = decode.TABLE_MAPPING
    methods.update(timestamp=_read_timestamp, shortstr=_read_short_text, table=_read_headers)
    embedded.update({b"T": _read_timestamp, b"F": _read_table})
