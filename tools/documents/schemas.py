"""JSON schemas for gateways: ``.venv/bin/python -m tools.documents.schemas``.

It writes `docs/schemas`: one file for each command, question and reply, and one for each sealed content. A test in
`tests/contract` fails when they are stale.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from shared.contracts import catalogue
from shared.contracts.conversations import SEALED_FIELDS
from shared.contracts.message import Event

FOLDER = Path(__file__).parents[2] / "docs" / "schemas"

GROWING = ("Problem", "State", "EmailKind", "EmailStatus")
"""Lists that gain values within a version: whoever reads them has to take a value that is not there yet."""

MORE_MAY_COME = "More may come: the known ones are in `x-known-values`."

DIALECT = "http://json-schema.org/draft-07/schema#"
"""What AsyncAPI 3 builds on, and generators read: Modelina takes no newer one."""


def describe_models(models: Iterable[type[BaseModel]], ref_template: str) -> dict[str, Any]:
    """The schemas of these models and of what they refer to, by name, with open lists."""
    _, schema = models_json_schema([(model, "validation") for model in models], ref_template=ref_template)
    definitions: dict[str, Any] = schema["$defs"]
    return {name: _open_list(one) if name in GROWING else one for name, one in sorted(definitions.items())}


def _open_list(schema: dict[str, Any]) -> dict[str, Any]:
    """A list of values as text of which some values are known."""
    known = schema["enum"]
    text = f"{schema['description']} {MORE_MAY_COME}"
    return {**{name: value for name, value in schema.items() if name != "enum"}, "description": text} | {
        "x-known-values": known,
        "examples": known[:1],
    }


def list_models() -> dict[str, type[BaseModel]]:
    """All that a gateway sends, gets, seals or opens, by the names of the files."""
    old = (contract for contract in catalogue.OLD if not issubclass(contract, Event))
    contracts = (*catalogue.COMMANDS, *catalogue.QUERIES, *catalogue.REPLIES, *old)
    contents = {found.content for found in SEALED_FIELDS.values() if found.ring == "commands"}
    models: dict[str, type[BaseModel]] = {contract.TYPE: contract for contract in contracts}
    return models | {content.__name__: content for content in sorted(contents, key=lambda one: one.__name__)}


def make_schemas() -> dict[str, str]:
    """The text of each file, by its name."""
    return {f"{name}.json": _write(name, model) for name, model in list_models().items()}


def _write(name: str, model: type[BaseModel]) -> str:
    definitions = describe_models([model], "#/definitions/{model}")
    own = definitions.pop(model.__name__)
    whole = {"$schema": DIALECT, "$id": f"{name}.json", **own, **({"definitions": definitions} if definitions else {})}
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def write_schemas(folder: Path = FOLDER) -> None:
    """Writes every file, and removes those of no contract."""
    folder.mkdir(exist_ok=True)
    schemas = make_schemas()
    for path in folder.glob("*.json"):
        if path.name not in schemas:
            path.unlink()
    for name, text in schemas.items():
        (folder / name).write_text(text)


if __name__ == "__main__":
    write_schemas()
