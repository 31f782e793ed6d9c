"""What a delivery keeps when it is forwarded to a delay or to the dead letters."""

from datetime import datetime
from typing import Any

from aio_pika.abc import AbstractIncomingMessage

from shared.contracts.message import MOST_BYTES
from shared.messaging import headers

WRITTEN_ANEW = frozenset({headers.STAMP, headers.ARRIVED, headers.PUBLISHED_AT, headers.SIZE, headers.BREACHES})
"""Headers that are dropped unless what they say is believed."""


def keep_body(raw: AbstractIncomingMessage) -> bytes:
    """The body; empty if it is too large to keep."""
    return raw.body if len(raw.body) <= MOST_BYTES else b""


def keep_properties(
    raw: AbstractIncomingMessage, own_user: str, added: dict[str, object], now: datetime
) -> dict[str, Any]:
    """A message's properties, with headers added.

    The broker demands the worker's own `user_id`; a header names the first publisher instead.
    """
    published_at = headers.read_publication_time(raw, own_user) or now  # otherwise it would never be too old
    ours: dict[str, object] = {
        headers.ORIGIN: headers.read_origin(raw, own_user),
        headers.PUBLISHED_AT: published_at.isoformat(),
    }
    if stamp := headers.read_stamp(raw, own_user):
        ours[headers.ARRIVED] = stamp
    return {
        "message_type": raw.type,
        "message_id": raw.message_id,
        "timestamp": published_at,
        "correlation_id": raw.correlation_id or raw.message_id,
        "reply_to": raw.reply_to,
        "headers": {**_keep_headers(raw, own_user), **ours, **added},
    }


def _keep_headers(raw: AbstractIncomingMessage, own_user: str) -> dict[str, Any]:
    """All but those for the broker; only the application's if they are too large."""
    kept: dict[str, Any] = {
        name: value
        for name, value in raw.headers.items()
        if not headers.is_for_the_broker(name) and name not in WRITTEN_ANEW
    }
    if headers.are_too_large(raw):
        application = headers.read_application(raw)
        kept = {headers.APPLICATION: str(application)} if application else {}
    if (size := headers.read_size(raw, own_user)) > MOST_BYTES:
        kept[headers.SIZE] = size
    return kept
