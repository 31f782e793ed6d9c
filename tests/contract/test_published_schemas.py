"""`docs/schemas` matches the contracts, and leaves growing lists open."""

import json
from pathlib import Path
from typing import Any

import pytest

from shared.contracts.catalogue import COMMANDS, QUERIES, REPLIES
from shared.contracts.message import Message
from shared.contracts.problem import Problem
from shared.contracts.state import State
from tests.contract.goldens import newest
from tools.documents import schemas, typescript

WRITTEN = {path.name: path for path in schemas.FOLDER.iterdir()}


def read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(WRITTEN[name].read_text())
    return found


def test_the_files_are_not_stale(tmp_path: Path) -> None:
    (tmp_path / "gone.v1.json").write_text("{}")
    schemas.write_schemas(tmp_path)
    texts = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert texts == {name: path.read_text() for name, path in WRITTEN.items()}, "python -m tools.documents.schemas"


def test_the_contracts_in_typescript_are_not_stale() -> None:
    written = {path.name: path.read_text() for path in typescript.FOLDER.iterdir()}
    assert written == typescript.make_modules(), "python -m tools.documents.typescript"


@pytest.mark.parametrize("contract", [*COMMANDS, *QUERIES, *REPLIES], ids=lambda contract: str(contract.TYPE))
def test_a_contract_has_a_schema_of_all_its_fields(contract: type[Message]) -> None:
    golden = newest(contract)
    assert golden
    written = read(f"{contract.TYPE}.json")
    assert written["properties"].keys() == golden.schema["properties"].keys()
    assert written["required"] == golden.schema["required"]


@pytest.mark.parametrize(("name", "values"), [("Problem", Problem), ("State", State)])
def test_a_list_that_grows_is_open_and_has_its_known_values(name: str, values: Any) -> None:
    found = read("application-status.v1.json")["$defs"][name]
    assert found["type"] == "string"
    assert "enum" not in found
    assert found["x-known-values"] == [value.value for value in values]


def test_every_reference_leads_into_its_own_file() -> None:
    for name, path in WRITTEN.items():
        text = path.read_text()
        defined = read(name).get("$defs", {})
        referred = {part.split('"')[0] for part in text.split('"$ref": "#/$defs/')[1:]}
        assert referred == defined.keys()
