"""What the domain raises. Any other exception is a bug in this service."""

from collections.abc import Mapping


class TransientFailure(Exception):
    """Trouble that passes: the message is tried again later. The text is our own sentence, without personal data."""


class PermanentFailure(Exception):
    """Trouble that stays: the message goes to the dead letters with this reason, our own sentence.

    Never made from ``str(exception)``: libraries quote what they were given.
    """

    def __init__(self, reason: str, *, status: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status


class Conflict(Exception):
    """What was decided about is no longer what is stored: look again and decide again."""


class Invalid(ValueError):
    """A value breaks the rule of this name (``missing``, ``too-long``, ``missing-suffix``, ...).

    The form's wording for each rule stands with the form; the value itself is never part of the error.
    """

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


class InvalidFields(ValueError):
    """Fields of a form that break a rule each: ``{"postal_code": "malformed"}``."""

    def __init__(self, rules: Mapping[str, str]) -> None:
        super().__init__(", ".join(f"{field}: {rule}" for field, rule in rules.items()))
        self.rules = dict(rules)
