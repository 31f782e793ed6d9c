"""The rule that a text breaks, for tests of refusals."""

from collections.abc import Callable
from typing import Any, TypeVar

from shared.domain.errors import Invalid

T = TypeVar("T")


def attempt(parse: Callable[..., T], *typed: Any) -> tuple[T | None, str]:
    """The domain's value for this input, or the text of its refusal."""
    try:
        return parse(*typed), ""
    except Invalid as refusal:
        return None, str(refusal)


def broken_rule(parse: Callable[..., Any], *typed: Any) -> str:
    """The name of the rule that this breaks; fails if the domain accepts it."""
    accepted, rule = attempt(parse, *typed)
    assert rule, f"accepted as {accepted!r}"
    return rule
