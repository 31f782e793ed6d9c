"""Facts about any connection to the broker, with or without FastStream."""

from urllib.parse import unquote

from aio_pika.exceptions import AMQPError
from yarl import URL

BROKER_AWAY = (AMQPError, OSError, TimeoutError, RuntimeError)
"""Raised by an operation when the broker, connection or channel is gone.

RuntimeError covers aiormq's ChannelInvalidStateError, for a channel that is being reopened.
"""


CONFIRM_WITHIN = 15
"""Seconds that the broker may take to confirm a message: ample for a quorum queue to elect a new leader."""


def read_user(url: str) -> str:
    """The user name in a broker URL. Messages carry it as their `user_id`."""
    return unquote(URL(url).user or "guest")
