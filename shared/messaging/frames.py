"""Reads and writes a message's frames as pamqp does, in a fraction of the time.

pamqp goes through a frame field by field, and looks up each one's name and type. The four kinds of frames that every
message takes are written out here. A test compares both.
"""

import struct
from collections.abc import Callable
from typing import Any

from aio_pika import IncomingMessage
from pamqp import decode, encode
from pamqp.commands import Basic

_TAG = struct.Struct(">QB")
"""A delivery's tag, and the octet of bits behind it."""
_FLAGS = struct.Struct(">H")

_LONGEST = 255
"""Bytes of a short text."""


def speed_up() -> None:
    """Makes this process read and write these frames with the functions below, and nothing else differently."""
    frames: dict[type[Any], dict[str, Callable[..., Any]]] = {
        Basic.Publish: {"marshal": _write_publish},
        Basic.Deliver: {"unmarshal": _read_deliver},
        Basic.Ack: {"marshal": _write_ack, "unmarshal": _read_ack},
        Basic.Properties: {"marshal": _write_properties, "unmarshal": _read_properties},
        IncomingMessage: {"__setattr__": object.__setattr__},  # aio-pika's asks each time whether it may
    }
    for kind, functions in frames.items():
        for name, function in functions.items():
            setattr(kind, name, function)


def _write_text(text: str) -> bytes:
    written = text.encode()
    if len(written) > _LONGEST:
        raise TypeError(f"a text of {len(written)} bytes: {_LONGEST} are allowed")
    return bytes((len(written),)) + written


def _read_text(data: bytes, start: int) -> tuple[int, str]:
    end = start + 1 + data[start]
    return end, data[start + 1 : end].decode(errors="replace")


def _write_publish(frame: Basic.Publish) -> bytes:
    flags = frame.mandatory | frame.immediate << 1
    return b"\0\0" + _write_text(frame.exchange) + _write_text(frame.routing_key) + bytes((flags,))


def _read_deliver(frame: Basic.Deliver, data: bytes) -> None:
    at, frame.consumer_tag = _read_text(data, 0)
    frame.delivery_tag, redelivered = _TAG.unpack_from(data, at)
    frame.redelivered = redelivered & 1 == 1
    at, frame.exchange = _read_text(data, at + _TAG.size)
    _, frame.routing_key = _read_text(data, at)


def _write_ack(frame: Basic.Ack) -> bytes:
    return _TAG.pack(frame.delivery_tag, frame.multiple)


def _read_ack(frame: Basic.Ack, data: bytes) -> None:
    frame.delivery_tag, multiple = _TAG.unpack_from(data)
    frame.multiple = multiple & 1 == 1


_PROPERTIES = tuple(
    (name, Basic.Properties.flags[name], Basic.Properties.amqp_type(name)) for name in Basic.Properties.attributes()
)
"""Name, flag and type of each property, in the order in which they are written."""


def _write_properties(properties: Basic.Properties) -> bytes:
    flags, parts = 0, [b""]
    for name, flag, kind in _PROPERTIES:
        value = getattr(properties, name)
        if value is not None and value != "":
            flags |= flag
            parts.append(_write_text(value) if kind == "shortstr" else encode.METHODS[kind](value))
    parts[0] = _FLAGS.pack(flags)
    return b"".join(parts)


def _read_properties(properties: Basic.Properties, flags: int, data: bytes) -> None:
    at = 0
    for name, flag, kind in _PROPERTIES:
        if not flags & flag:
            continue
        value: Any
        if kind == "shortstr":
            at, value = _read_text(data, at)
        else:
            size, value = decode.METHODS[kind](data[at:])
            at += size
        setattr(properties, name, value)
