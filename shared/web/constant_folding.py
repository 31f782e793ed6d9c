"""Puts assets' addresses and the site's settings into templates when they are compiled, not when they render."""

from typing import Any

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame


class ConstantFolder(CodeGenerator):
    """Compiles templates. Jinja itself then joins each run of constants and markup into one string."""

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802  # Jinja's name
        """Compiles one template."""
        _fold(node, self.environment.globals)
        super().visit_Template(node, frame)


def _fold(node: nodes.Node, values: Any) -> None:
    """Replaces `site.name` and `asset("name")` below a node. Raises `KeyError` for an unknown name."""
    for name, child in node.iter_fields():
        if isinstance(child, list):
            setattr(node, name, [_fold_one(item, values) for item in child])
        else:
            setattr(node, name, _fold_one(child, values))


def _fold_one(node: Any, values: Any) -> Any:
    match node:
        case nodes.Getattr(node=nodes.Name(name="site"), attr=attribute):
            return nodes.Const(values["site"][attribute], lineno=node.lineno)
        case nodes.Call(node=nodes.Name(name="asset"), args=[nodes.Const(value=name)]):
            return nodes.Const(values["asset"](name), lineno=node.lineno)
        case nodes.Node():
            _fold(node, values)
    return node
