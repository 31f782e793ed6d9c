"""Functions are named for what they do: with a verb."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.architecture.sources import ROOT, modules

ELSEWHERE = ("tests", "packages/embedded-servers/tests")
"""Folders with names of their own. A test's name is a sentence."""

SMALL_WORDS = set(
    """
    about above after against all along among an and any around at away back before behind below between beyond
    but by down each else every except for if in inside into like next no not of off on once only or other out
    outside over past per since some than that the this through together toward towards under unless until up upon
    when where while with within without
    """.split()  # noqa: SIM905  # a list of words reads better without quotation marks
)
PARTICIPLES = set(
    """
    begun bound broken built chosen done drawn fallen found given gone hidden held kept known left lost made met
    paid said seen sent shown sold spelt spoken taken told thought understood worn written
    """.split()  # noqa: SIM905  # a list of words reads better without quotation marks
)
VERBS = {"bring", "embed", "exceed", "feed", "need", "ping", "proceed", "seed", "speed"}
"""Verbs that end like a participle."""

CUSTOMARY = {"as", "from", "on", "to"}
"""How others name a conversion or an event: `as_integer_ratio`, `from_bytes`, `to_bytes`, `on_broken_pipe`."""


def is_a_verb(name: str) -> bool:
    """Whether a function's name may begin like this."""
    words = name.strip("_").split("_")
    if words[0] in CUSTOMARY:
        return len(words) > 1
    if words[0] in VERBS:
        return True
    return words[0] not in SMALL_WORDS | PARTICIPLES and not re.search("(ed|ing)$", words[0])


@pytest.mark.parametrize("name", ["seal_reply", "_open", "to_document", "is_taken", "has_reply", "need", "list_ended"])
def test_a_verb_names_a_function(name: str) -> None:
    assert is_a_verb(name)


@pytest.mark.parametrize("name", ["folded", "_of_worker", "together", "_without_sign", "serving", "kept_whole", "to"])
def test_a_participle_or_a_preposition_names_no_function(name: str) -> None:
    assert not is_a_verb(name)


def test_production_code_names_its_functions_with_verbs() -> None:
    assert [place for place, name in functions() if not is_a_verb(name)] == []


def functions() -> Iterator[tuple[str, str]]:
    """Where each function of production code is, and its name. A property names a fact and may be any word."""
    for path in modules():
        if not str(path).startswith(tuple(f"{folder}/" for folder in ELSEWHERE)):
            for node in ast.walk(ast.parse((ROOT / path).read_text())):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not is_property(node):
                    yield f"{path}:{node.lineno} {node.name}", node.name


def is_property(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether the function is read like an attribute."""
    return any(ast.unparse(decorator).endswith("property") for decorator in function.decorator_list)
