"""How the domain says that something typed breaks a rule, without quoting what was typed."""

from collections.abc import Mapping


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
