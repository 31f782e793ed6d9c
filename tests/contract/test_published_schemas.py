"""`docs/schemas` matches the contracts, and leaves growing lists open."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator, FormatChecker

from shared.contracts.catalogue import COMMANDS, QUERIES, REPLIES
from shared.contracts.conversations import SEALED_FIELDS
from shared.contracts.message import Message
from shared.contracts.problem import Problem
from shared.contracts.state import State
from tests.contract.goldens import goldens, newest
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


FOR_GATEWAYS = {contract.TYPE: contract for contract in (*COMMANDS, *QUERIES, *REPLIES)}
every_example = pytest.mark.parametrize(
    ("type_", "example"),
    [
        pytest.param(golden.type, example, id=f"{golden}-{name}")
        for golden in goldens()
        if golden.type in FOR_GATEWAYS
        for name, example in golden.examples.items()
    ],
)


@every_example
def test_every_published_message_fits_its_schema(type_: str, example: dict[str, Any]) -> None:
    assert list_breaches(type_, example["body"]) == []
    for field, content in example["sealed"].items():
        name = SEALED_FIELDS[FOR_GATEWAYS[type_], field].content.__name__
        assert list_breaches(name, content) == []


@every_example
def test_a_message_without_a_field_that_it_needs_does_not_fit(type_: str, example: dict[str, Any]) -> None:
    for field in read(f"{type_}.json")["required"]:
        body = {name: value for name, value in example["body"].items() if name != field}
        assert list_breaches(type_, body) == [f"'{field}' is a required property"]


def test_a_problem_that_is_not_known_yet_fits() -> None:
    body = {"application_id": "2d03a54d-5fe2-58e1-b9a9-57a8daa1f5ab", "problem": "moon-in-the-way"}
    assert list_breaches("refused.v1", body) == []


@cache
def validator(name: str) -> Draft7Validator:
    schema = read(f"{name}.json")
    Draft7Validator.check_schema(schema)
    return Draft7Validator(schema, format_checker=FormatChecker())


def list_breaches(name: str, value: object) -> list[str]:
    return [error.message for error in validator(name).iter_errors(value)]


@pytest.mark.parametrize(("name", "values"), [("Problem", Problem), ("State", State)])
def test_a_list_that_grows_is_open_and_has_its_known_values(name: str, values: Any) -> None:
    found = read("application-status.v1.json")["definitions"][name]
    assert found["type"] == "string"
    assert "enum" not in found
    assert found["x-known-values"] == [value.value for value in values]


def test_every_reference_leads_into_its_own_file() -> None:
    for name, path in WRITTEN.items():
        text = path.read_text()
        defined = read(name).get("definitions", {})
        referred = {part.split('"')[0] for part in text.split('"$ref": "#/definitions/')[1:]}
        assert referred == defined.keys()
