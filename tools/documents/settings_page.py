"""The page of all settings, written from their descriptions: ``python -m tools.documents.settings_page``.

`docs/settings.md` is what this prints; a test in `tests/architecture` says when it is stale.
"""

import sys
from collections.abc import Iterator
from typing import Any

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from shared.settings.groups import PREFIX
from shared.settings.processes import PROCESSES, Settings

HEADING = """\
<!-- Generated from shared/settings/ by python -m tools.documents.settings_page > docs/settings.md -->
# Settings

Environment variables, lines of a file `.env` in the working directory, or files in `/run/secrets` named like the
setting in lower case; the first of these that names one wins. A setting that cannot work stops the program at its start
with one line that names it. An unknown name under `ACE_` is a warning. A key ring is `id:base64,id:base64`, the current
key first, each of 32 bytes; `acectl keys new` makes them. `make run` hands the services what they read, and
`acectl doctor` checks all of it.

| Setting | Default | Meaning | Read by |
|---|---|---|---|
"""


def page() -> str:
    """The page as it stands in `docs/settings.md`."""
    return HEADING + "".join(f"| {' | '.join(row)} |\n" for row in _rows())


def _rows() -> Iterator[tuple[str, str, str, str]]:
    for name, field in Settings.model_fields.items():
        yield f"`{PREFIX}{name.upper()}`", _default(field.default), _meaning(name, field), _readers(name)


def _readers(name: str) -> str:
    readers = [process for process, settings in PROCESSES.items() if name in settings.model_fields]
    return "every process" if len(readers) == len(PROCESSES) else ", ".join(readers)


def _default(value: Any) -> str:
    if value is None or value is PydanticUndefined:
        return "unset"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{value}`"


def _meaning(name: str, field: FieldInfo) -> str:
    meaning = (field.description or "").replace("|", r"\|")
    allowed = _allowed(Settings.model_json_schema()["properties"][name])
    secret = "Secret." if SecretStr in getattr(field.annotation, "__args__", (field.annotation,)) else ""
    return " ".join(part for part in (meaning, allowed, secret) if part)


def _allowed(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return f"One of {', '.join(f'`{value}`' for value in schema['enum'])}."
    kinds = [schema, *schema.get("anyOf", [])]
    bounds = next((kind for kind in kinds if "minimum" in kind and "maximum" in kind), None)
    return f"{bounds['minimum']} to {bounds['maximum']}." if bounds else ""


if __name__ == "__main__":
    sys.stdout.write(page())
