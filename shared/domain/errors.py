"""Exceptions that the domain raises. Any other exception is a bug in this service."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from shared.contracts.breach import Breach, Breaches, describe, explain


class TransientFailure(Exception):
    """A failure that passes: the message is retried later. The text is ours, without personal data."""

    def __init__(self, reason: str, *, until: datetime | None = None) -> None:
        super().__init__(reason)
        self.until = until
        """When it passes, if that is known."""


class PermanentFailure(Exception):
    """A failure that stays: the message goes to the dead letters with this reason, in our own words.

    Never made from ``str(exception)``, because libraries quote their input.
    """

    def __init__(self, reason: str, *, status: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status


class ContractBroken(PermanentFailure):
    """A message breaks its contract: what is wrong with it is for its sender to mend.

    `taken`: the types that its queue takes, newest first.
    """

    def __init__(self, breaches: Breaches, taken: Sequence[str] = ()) -> None:
        self.explanation = explain(breaches, taken)
        super().__init__(f"it breaks its contract: {self.explanation}")
        self.breaches = breaches
        self.rules = describe(breaches, taken)
        """Each part with the rule that it breaks, as its sender is told."""


class VersionGone(ContractBroken):
    """A message has a version that was taken once: its sender is too old."""

    def __init__(self, taken: Sequence[str]) -> None:
        super().__init__({"type": Breach.GONE}, taken)


class Conflict(Exception):
    """What is stored has changed since the decision: load it and decide again."""


class Invalid(ValueError):
    """A value breaks the rule of this name (``missing``, ``too-long``, ``missing-suffix``, ...).

    The form has the wording for each rule. The value itself is never part of the error.
    """

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


class InvalidFields(ValueError):
    """Invalid fields of a form, each with the rule that it breaks: ``{"postal_code": "malformed"}``."""

    def __init__(self, rules: Mapping[str, str]) -> None:
        super().__init__(", ".join(f"{field}: {rule}" for field, rule in rules.items()))
        self.rules = dict(rules)
