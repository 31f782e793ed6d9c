"""Documents of other versions, earlier and later ones."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any


def pick_known_fields(kind: type[Any], document: Mapping[str, Any]) -> dict[str, Any]:
    """What a document holds of a dataclass: not what only a later version knows, nor what an earlier one left out."""
    return {field.name: document[field.name] for field in fields(kind) if field.name in document}
