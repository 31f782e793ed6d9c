"""The rule that a text breaks, for tests of what is refused."""

from collections.abc import Callable
from typing import Any, TypeVar

from shared.domain.errors import Invalid

T = TypeVar("T")


def attempt(parse: Callable[..., T], *typed: Any) -> tuple[T | None, str]:
    """What the domain makes of this: a value, or the text of its refusal."""
    try:
        return parse(*typed), ""
    except Invalid as refusal:
        return None, str(refusal)


def broken_rule(parse: Callable[..., Any], *typed: Any) -> str:
    """Name of the rule that the domain refuses this with; fails where it accepts it."""
    accepted, rule = attempt(parse, *typed)
    assert rule, f"accepted as {accepted!r}"
    return rule
