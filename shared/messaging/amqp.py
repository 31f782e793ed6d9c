"""What holds for any connection to the broker, with or without FastStream."""

from urllib.parse import unquote

from aio_pika.exceptions import AMQPError, InvalidFrameError
from yarl import URL

from shared.security import tls

BROKER_AWAY = (AMQPError, OSError, TimeoutError, RuntimeError)
"""Raised by an operation when the broker, connection or channel is gone.

RuntimeError covers aiormq's ChannelInvalidStateError, for a channel that is being reopened.
"""

JSON = "application/json"
"""The content type of every message."""

CONFIRM_WITHIN = 15
"""Seconds that the broker may take to confirm a message: ample for a quorum queue to elect a new leader."""


def read_user(url: str) -> str:
    """The user name in a broker URL. Messages carry it as their `user_id`."""
    return unquote(URL(url).user or "guest")


def explain_refusal(error: BaseException) -> str:
    """What is wrong with a TLS connection; or else the broker's or system's own words, on one line.

    They name queues and users, but no passwords.
    """
    if reason := tls.BROKER.explain_failure(error):
        return reason
    if isinstance(error, InvalidFrameError):  # the client drops the broker's words
        return "it closed the connection: is its virtual host there, and the user below its limit of connections?"
    said = error.strerror if isinstance(error, OSError) and error.strerror else next(iter(error.args), "")
    return " ".join(str(said).split()) or type(error).__name__
