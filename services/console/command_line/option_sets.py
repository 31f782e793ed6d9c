"""Options that commands share, as dataclasses."""

import inspect
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import wraps
from inspect import Parameter
from typing import Any


def spread_options(command: Callable[..., None]) -> Callable[..., None]:
    """Lets a command take dataclasses of options; each field is an option on the command line."""
    signature = inspect.signature(command)
    sets: dict[str, Any] = {
        name: each.annotation for name, each in signature.parameters.items() if is_dataclass(each.annotation)
    }

    @wraps(command)
    def gather(**given: Any) -> None:
        for name, options in sets.items():
            given[name] = options(**{field.name: given.pop(field.name) for field in fields(options)})
        command(**given)

    parameters: list[Parameter] = []
    for each in signature.parameters.values():
        parameters += _spread(each.annotation) if each.name in sets else [each]
    gather.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]  # which Typer reads
    gather.__annotations__ = {each.name: each.annotation for each in parameters}
    return gather


def _spread(options: Any) -> list[Parameter]:
    return [
        Parameter(field.name, Parameter.KEYWORD_ONLY, default=field.default, annotation=field.type)
        for field in fields(options)
    ]
