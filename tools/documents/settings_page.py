"""The page of all settings, from their descriptions: ``.venv/bin/python -m tools.documents.settings_page``.

It prints `docs/settings.md`. A test in `tests/architecture` fails when that file is stale.
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
<!-- Generated from shared/settings/ by `make documents` -->
# Settings

A setting comes from an environment variable, a line in the file `.env` in the working directory, or a file in
`/run/secrets` with the setting's name in lower case; the first of these wins. A setting that cannot work stops the
program at startup with one line that names it. An unknown name that starts with `ACE_` only causes a warning. A key
ring is `id:base64,id:base64`, the current key first, each of 32 bytes; `acectl keys new` creates them. `make run` gives
each service the settings it reads, and `acectl doctor` checks all of them.

| Setting | Default | Meaning | Read by |
|---|---|---|---|
"""


def make_page() -> str:
    """The text of `docs/settings.md`."""
    return HEADING + "".join(f"| {' | '.join(row)} |\n" for row in _list_rows())


def _list_rows() -> Iterator[tuple[str, str, str, str]]:
    for name, field in Settings.model_fields.items():
        yield f"`{PREFIX}{name.upper()}`", _show_default(field.default), _describe(name, field), _name_readers(name)


def _name_readers(name: str) -> str:
    readers = [process for process, settings in PROCESSES.items() if name in settings.model_fields]
    return "every process" if len(readers) == len(PROCESSES) else ", ".join(readers)


def _show_default(value: Any) -> str:
    if value is None or value is PydanticUndefined:
        return "unset"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{value}`"


def _describe(name: str, field: FieldInfo) -> str:
    meaning = (field.description or "").replace("|", r"\|")
    allowed = _describe_range(Settings.model_json_schema()["properties"][name])
    secret = "Secret." if SecretStr in getattr(field.annotation, "__args__", (field.annotation,)) else ""
    return " ".join(part for part in (meaning, allowed, secret) if part)


def _describe_range(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return f"One of {', '.join(f'`{value}`' for value in schema['enum'])}."
    kinds = [schema, *schema.get("anyOf", [])]
    bounds = next((kind for kind in kinds if "minimum" in kind and "maximum" in kind), None)
    return f"{bounds['minimum']} to {bounds['maximum']}." if bounds else ""


if __name__ == "__main__":
    sys.stdout.write(make_page())
