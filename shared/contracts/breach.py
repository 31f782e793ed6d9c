"""How a message can break its contract: a code for each rule. Never says what the message contains."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from pydantic import ValidationError


class Breach(StrEnum):
    """The rule that a part of a message breaks. docs/contracts.md explains each."""

    MISSING = "missing"
    NOT_JSON = "not-json"
    NOT_AN_OBJECT = "not-an-object"
    NOT_A_LIST = "not-a-list"
    NOT_TEXT = "not-text"
    NOT_A_TIME = "not-a-time"
    NO_ZONE = "no-zone"
    NOT_A_UUID = "not-a-uuid"
    NOT_A_BOOLEAN = "not-a-boolean"
    MALFORMED = "malformed"
    TOO_LONG = "too-long"
    TOO_MANY = "too-many"
    TOO_LARGE = "too-large"
    UNKNOWN = "unknown"
    GONE = "gone"
    UNSUPPORTED = "unsupported"
    NOT_PERSISTENT = "not-persistent"
    NOT_ALLOWED = "not-allowed"
    NOT_THE_BODYS = "not-the-bodys"
    NOT_DERIVED = "not-derived"
    NO_SUCH_KEY = "no-such-key"
    DOES_NOT_OPEN = "does-not-open"
    OTHER_CONTENTS = "other-contents"


Breaches = Mapping[str, Breach]
"""Breaches by the part of the message that has them: a property, ``body``, or a field such as ``details.city``."""

BY_ERROR = {
    "missing": Breach.MISSING,
    "json_invalid": Breach.NOT_JSON,
    "model_type": Breach.NOT_AN_OBJECT,
    "tuple_type": Breach.NOT_A_LIST,
    "string_type": Breach.NOT_TEXT,
    "datetime_type": Breach.NOT_A_TIME,
    "datetime_parsing": Breach.NOT_A_TIME,
    "datetime_from_date_parsing": Breach.NOT_A_TIME,
    "value_error": Breach.NOT_A_TIME,
    "timezone_aware": Breach.NO_ZONE,
    "uuid_type": Breach.NOT_A_UUID,
    "uuid_parsing": Breach.NOT_A_UUID,
    "bool_type": Breach.NOT_A_BOOLEAN,
    "string_too_long": Breach.TOO_LONG,
    "too_long": Breach.TOO_MANY,
}
"""The breach for each of Pydantic's error types. The only validators of our own are those of times."""


def list_breaches(error: ValidationError, whole: str) -> dict[str, Breach]:
    """The breaches in what Pydantic refused, of which `whole` is the name.

    A field is named only by its outermost name: further in, names come from outside.
    """
    problems = error.errors(include_input=False, include_url=False, include_context=False)
    prefix = "" if whole == "body" else f"{whole}."
    return {
        f"{prefix}{problem['loc'][0]}" if problem["loc"] else whole: BY_ERROR.get(problem["type"], Breach.MALFORMED)
        for problem in problems
    }


def describe(breaches: Breaches, taken: Sequence[str] = ()) -> dict[str, str]:
    """Each part with its rule, in order. With a wrong type go those that are taken instead."""
    instead = {"type": f" (taken: {' or '.join(taken)})"} if taken else {}
    return {part: f"{breaches[part]}{instead.get(part, '')}" for part in sorted(breaches)}


def explain(breaches: Breaches, taken: Sequence[str] = ()) -> str:
    """``request: missing, taken_at: no-zone``; ``type: unknown (taken: check-code.v2 or check-code.v1)``."""
    return ", ".join(f"{part}: {rule}" for part, rule in describe(breaches, taken).items())


class BreaksContract(ValueError):
    """Bytes that are not the message they claim to be. Names the wrong fields, never their values."""

    def __init__(self, breaches: Breaches) -> None:
        super().__init__(explain(breaches))
        self.breaches = breaches
