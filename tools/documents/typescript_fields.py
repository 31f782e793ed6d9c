"""Fields of the contracts in TypeScript: their types, and how they are read. `typescript` assembles the modules."""

import json
from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]

LISTS = {"Problem": "PROBLEMS", "State": "STATES", "EmailKind": "EMAIL_KINDS", "EmailStatus": "EMAIL_STATUSES"}
"""What the lists of known values are called."""

FALLBACKS = {"Problem": '"unavailable"'}
"""What an unknown value counts as. Where there is none, it is left out."""

BY_FORMAT = {"uuid": "uuid", "date-time": "time"}
BY_TYPE = {"boolean": "boolean", "integer": "integer", "string": "text"}
"""The functions that read plain values."""


def write_type(schema: Schema) -> str:
    """A field's type."""
    match _leave_out_null(schema):
        case {"$ref": str(name)}:
            return name
        case {"enum": list(values)}:
            return " | ".join(json.dumps(value) for value in values)
        case {"type": "array", "items": {} as items}:
            return f"readonly {write_type(items)}[]"
        case {"type": "object", "additionalProperties": {} as values, "propertyNames": {} as keys}:
            return f"Readonly<Partial<Record<{write_type(keys)}, {write_type(values)}>>>"
        case {"type": "object", "additionalProperties": {} as values}:
            return f"Readonly<Record<string, {write_type(values)}>>"
        case {"type": "string" | "boolean" as type_}:
            return str(type_)
        case {"type": "integer"}:
            return "number"
    raise ValueError(f"no TypeScript for {schema}")


def list_shapes(schema: Schema, schemas: dict[str, Schema]) -> Iterator[str]:
    """How required fields are read, and how optional ones, if there are any."""
    for is_required in (True, False):
        fields = [
            f"{key}: {_write_shape(field, schemas)}"
            for key, field in schema["properties"].items()
            if (key in schema["required"]) is is_required
        ]
        if fields:
            yield f"{{ {', '.join(fields)} }}"


def _write_shape(schema: Schema, schemas: dict[str, Schema]) -> str:
    match _leave_out_null(schema):
        case {"$ref": str(name)} if name in LISTS:
            return f"known({', '.join([LISTS[name], *filter(None, [FALLBACKS.get(name)])])})"
        case {"$ref": str(name)}:
            return f"object({', '.join(list_shapes(schemas[name], schemas))})"
        case {"enum": list(values)}:
            return f"oneOf({', '.join(json.dumps(value) for value in values)})"
        case {"type": "object", "additionalProperties": {} as values} as one:
            keys = _write_shape(one["propertyNames"], schemas) if "propertyNames" in one else "text"
            return f"map({keys}, {_write_shape(values, schemas)})"
        case {"type": str(type_)} as one:
            return BY_FORMAT.get(one.get("format", "")) or BY_TYPE[type_]
    raise ValueError(f"no way to read {schema}")


def _leave_out_null(schema: Schema) -> Schema:
    """What a field holds if it is there. `null` counts as absent."""
    found: Schema = schema["anyOf"][0] if "anyOf" in schema else schema
    return found
