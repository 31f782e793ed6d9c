"""What is true of any connection to the broker, with FastStream or without."""

from urllib.parse import unquote

from aio_pika.exceptions import AMQPError
from yarl import URL

BROKER_AWAY = (AMQPError, OSError, TimeoutError, RuntimeError)
"""What an operation on a connection raises when the broker, connection or channel is away.

RuntimeError: aiormq's ChannelInvalidStateError, for a channel that is being reopened.
"""


CONFIRM_WITHIN = 15
"""Seconds that the broker may take to confirm a message: a quorum queue's new leader is elected well within."""


def user_of(url: str) -> str:
    """The user that a broker URL logs in, which messages carry as their `user_id`."""
    return unquote(URL(url).user or "guest")
