"""JSON schemas of contracts: which parts are a promise, and whether a later schema keeps it."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

Schema = dict[str, Any]

_WORDS = ("title", "description")
_NAMED = ("properties", "$defs")
"""Under these keys are names, not keywords."""

_UPPER = ("maxLength", "maximum", "maxItems")
_LOWER = ("minLength", "minimum", "minItems")


def promised(model: type[BaseModel]) -> Schema:
    """A contract's schema without its texts, which may change."""
    found: Schema = _without_words(model.model_json_schema())
    return found


def _without_words(value: Any, *, names: bool = False) -> Any:
    if isinstance(value, list):
        return [_without_words(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _without_words(inner, names=not names and key in _NAMED)
        for key, inner in value.items()
        if names or key not in _WORDS
    }


def breaches(old: Schema, new: Schema) -> list[str]:
    """How a later schema breaks an earlier one's promise: a version may only gain optional fields."""
    return list(_Comparison(old, new).of(old, new, "body"))


class _Comparison:
    def __init__(self, old: Schema, new: Schema) -> None:
        self._old = old.get("$defs", {})
        self._new = new.get("$defs", {})

    def of(self, old: Schema, new: Schema, at: str) -> Iterator[str]:
        old, new = _resolved(old, self._old), _resolved(new, self._new)
        if "anyOf" in old or "anyOf" in new:
            for option in old.get("anyOf", [old]):
                if all(list(self.of(option, candidate, at)) for candidate in new.get("anyOf", [new])):
                    yield f"{at}: something that was valid is not any more"
            return
        yield from _values(old, new, at)
        for keyword in ("type", "format", "pattern"):
            if old.get(keyword) != new.get(keyword):
                yield f"{at}: its {keyword} changed"
        yield from _limits(old, new, at)
        yield from self._fields(old, new, at)
        for keyword in ("items", "additionalProperties", "propertyNames"):
            if keyword in old and keyword in new:
                yield from self.of(old[keyword], new[keyword], f"{at}.*")
            elif keyword in new:
                yield f"{at}: {keyword} is narrower"

    def _fields(self, old: Schema, new: Schema, at: str) -> Iterator[str]:
        later = new.get("properties", {})
        for name, field in old.get("properties", {}).items():
            if name in later:
                yield from self.of(field, later[name], f"{at}.{name}")
            else:
                yield f"{at}.{name}: it vanished"
        required, now = set(old.get("required", [])), set(new.get("required", []))
        yield from (f"{at}.{name}: it is required now" for name in sorted(now - required))
        yield from (f"{at}.{name}: readers rely on it, and it is optional now" for name in sorted(required - now))


def _resolved(schema: Any, definitions: Schema) -> Schema:
    if not isinstance(schema, dict):
        return {}
    if "$ref" not in schema:
        return schema
    found: Schema = definitions[schema["$ref"].rpartition("/")[2]]
    return found


def _values(old: Schema, new: Schema, at: str) -> Iterator[str]:
    before, after = (set(schema.get("enum", [schema["const"]] if "const" in schema else [])) for schema in (old, new))
    if after and not before:
        yield f"{at}: only some values are valid now"
    if before and after:
        yield from (f"{at}: {value!r} is no valid value any more" for value in sorted(before - after))


def _limits(old: Schema, new: Schema, at: str) -> Iterator[str]:
    for keyword in _UPPER:
        if keyword in new and new[keyword] < old.get(keyword, float("inf")):
            yield f"{at}: {keyword} is tighter"
    for keyword in _LOWER:
        if keyword in new and new[keyword] > old.get(keyword, float("-inf")):
            yield f"{at}: {keyword} is tighter"
