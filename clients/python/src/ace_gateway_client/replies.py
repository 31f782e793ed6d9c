"""Reads replies, also those that name what this package does not know yet: lists of codes grow within a version."""

import json
from typing import Any

from pydantic import ValidationError

from shared.contracts.breach import explain, list_breaches
from shared.contracts.catalogue import REPLIES
from shared.contracts.message import Reply
from shared.contracts.problem import Problem

BY_TYPE = {reply.TYPE: reply for reply in REPLIES}


class UnreadableReply(ValueError):
    """What came is no reply that this package knows. Names the wrong parts, never what they hold."""


def read_reply(type_: str, body: bytes | str) -> Reply:
    """The reply. Raises `UnreadableReply`.

    A problem that is not known counts as `unavailable`. A state, or an email or its status, is left out.
    """
    contract = BY_TYPE.get(type_)
    if contract is None:
        raise UnreadableReply("type: unknown")
    try:
        return contract.model_validate_json(body)
    except ValidationError as error:
        unknown = [each["loc"] for each in error.errors() if each["type"] == "enum"]
        if not unknown:
            raise UnreadableReply(explain(list_breaches(error, "body"))) from None
    known = json.loads(body)
    for location in unknown:
        _replace(known, location)
    try:
        return contract.model_validate_json(json.dumps(known))
    except ValidationError as error:
        raise UnreadableReply(explain(list_breaches(error, "body"))) from None


def _replace(body: dict[str, Any], location: tuple[int | str, ...]) -> None:
    match location:
        case ("problem",):
            body["problem"] = Problem.UNAVAILABLE
        case ("emails", kind, *_):
            body["emails"].pop(kind, None)
        case (str(field),):
            del body[field]
