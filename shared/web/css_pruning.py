"""Removes from the design system's style sheet what our pages cannot need: 60 KB on the wire become 12."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

import tinycss2
from tinycss2.ast import AtRule, Node, QualifiedRule

NESTING = {"media", "supports"}
"""At-rules whose inner rules are pruned. All others stay whole, future ones too: that costs only size."""


def find_components(sources: Iterable[str]) -> set[str]:
    """The components that templates and scripts name, and every other word in them that looks like a class."""
    return {_name_component(word) for source in sources for word in re.findall(r"[A-Za-z_][\w-]*", source)}


def prune(sheet: str, wanted: set[str]) -> str:
    """Removes the rules for other components.

    A component keeps all its elements, variants and states, because scripts put those names together.
    """
    return _prune_rules(tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True), wanted)


def _name_component(name: str) -> str:
    """`usa-alert`, for `usa-alert__text` and `usa-alert--error`."""
    return re.split(r"__|--", name, maxsplit=1)[0]


def _prune_rules(rules: Sequence[Node], wanted: set[str]) -> str:
    return "".join(_prune_rule(rule, wanted) for rule in rules)


def _prune_rule(rule: Node, wanted: set[str]) -> str:
    if isinstance(rule, QualifiedRule):
        selectors = [tinycss2.serialize(one) for one in _split_selectors(rule.prelude) if _find_classes(one) <= wanted]
        return f"{','.join(selectors)}{{{tinycss2.serialize(rule.content)}}}" if selectors else ""
    if isinstance(rule, AtRule) and rule.lower_at_keyword in NESTING:
        inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
        kept = _prune_rules(inner, wanted)
        return f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{kept}}}" if kept else ""
    return str(rule.serialize())


def _split_selectors(prelude: Sequence[Node]) -> list[list[Node]]:
    selectors: list[list[Node]] = [[]]
    for part in prelude:
        if part == ",":
            selectors.append([])
        else:
            selectors[-1].append(part)
    return selectors


def _find_classes(selector: Sequence[Node]) -> set[str]:
    """The components whose classes a selector requires. Those inside `:not()` and the like do not count."""
    return {_name_component(name.value) for dot, name in pairwise(selector) if dot == "." and name.type == "ident"}
