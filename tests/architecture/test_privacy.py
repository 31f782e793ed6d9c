"""Tests know production code as everybody else does: by its public names."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.sources import ROOT, modules

PRODUCTION = ("services/", "shared/", "deploy/", "tools/", "packages/embedded-servers/src/")
TESTS = ("tests/", "packages/embedded-servers/tests/")
PLANTED_BUGS = "tests/properties/bugs.py"
"""It changes the inside of production code on purpose."""


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.endswith("__") and name != "_"


def find_defined(tree: ast.AST) -> Iterator[str]:
    """Private names that a module gives to functions, variables and attributes."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield name


def find_used(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Lines and names with which a module reaches into another's object or module."""
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id="self" | "cls")):
                pass
            case ast.Attribute(attr=name):
                yield node.lineno, name
            case ast.ImportFrom(names=names):
                yield from ((node.lineno, alias.name) for alias in names)
            case ast.Call(func=ast.Attribute(attr="setattr" | "object"), args=[_, ast.Constant(value=str(name)), *_]):
                yield node.lineno, name
            case ast.Call(func=ast.Attribute(attr="setattr" | "patch"), args=[ast.Constant(value=str(path)), *_]):
                yield node.lineno, path.rpartition(".")[2]


def parse(folders: tuple[str, ...]) -> Iterator[tuple[str, ast.Module]]:
    for path in modules():
        if str(path).startswith(folders):
            yield str(path), ast.parse((ROOT / path).read_text())


@pytest.mark.parametrize(
    "code",
    [
        "worker._failed",
        "from shared.worker import _repeat",
        "monkeypatch.setattr(worker, '_stop', None)",
        "mock.patch.object(Worker, '_stop')",
        "monkeypatch.setattr('shared.worker._repeat', None)",
    ],
)
def test_a_private_name_is_noticed(code: str) -> None:
    assert [name for _, name in find_used(ast.parse(code)) if is_private(name)]


def test_no_test_reaches_a_private_name_of_production_code() -> None:
    private = {name for _, tree in parse(PRODUCTION) for name in find_defined(tree) if is_private(name)}
    assert [
        f"{path}:{line} {name}"
        for path, tree in parse(TESTS)
        if path != PLANTED_BUGS
        for line, name in find_used(tree)
        if name in private
    ] == []
