"""What a sender is told of a message that was refused, even if nobody could read it."""

from uuid import UUID

from aio_pika.abc import AbstractIncomingMessage
from pydantic import ValidationError

from shared.contracts.message import MOST_BYTES, Message
from shared.contracts.problem import Problem
from shared.contracts.replies import Refused
from shared.domain.errors import ContractBroken, VersionGone
from shared.messaging import headers
from shared.messaging.delivery import Delivery

NOBODY = UUID(int=0)
"""The application in the refusal of a message that names none."""


def make_refusal(raw: AbstractIncomingMessage, delivery: Delivery | None, failure: Exception, reason: str) -> Refused:
    """Whose fault it is, and why. `delivery` is None if the message was unreadable."""
    application = delivery.message.application_id if delivery else read_application(raw) or NOBODY
    if isinstance(failure, ContractBroken):
        problem = Problem.VERSION_GONE if isinstance(failure, VersionGone) else Problem.CONTRACT_BROKEN
        return Refused(application_id=application, problem=problem, reason=failure.explanation)
    return Refused(application_id=application, problem=Problem.UNAVAILABLE, reason=reason)


def read_application(raw: AbstractIncomingMessage) -> UUID | None:
    """The application that an unreadable message seems to be about, by its header or its body. None if neither says."""
    if named := headers.read_application(raw):
        return named
    try:
        return Message.model_validate_json(raw.body).application_id if len(raw.body) <= MOST_BYTES else None
    except ValidationError:
        return None
