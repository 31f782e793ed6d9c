"""A published contract is understood forever, and may only gain optional fields."""

import json
from pathlib import Path
from typing import Any

import pytest

from shared.contracts.catalogue import CONTRACTS, decode
from shared.contracts.conversations import SEALED_FIELDS
from shared.contracts.message import Message
from shared.contracts.problem import Problem
from shared.contracts.replies import Refused
from shared.security.sealing import name_context
from tests.contract import goldens as files
from tests.contract.examples import SEALER
from tests.contract.goldens import Golden, goldens, newest
from tests.contract.schemas import breaches, promised

every_contract = pytest.mark.parametrize("contract", CONTRACTS.values(), ids=lambda contract: str(contract.TYPE))
every_golden = pytest.mark.parametrize("golden", goldens(), ids=str)
every_example = pytest.mark.parametrize(
    ("type_", "example"),
    [
        pytest.param(golden.type, example, id=f"{golden}-{name}")
        for golden in goldens()
        for name, example in golden.examples.items()
    ],
)


@every_contract
def test_every_contract_has_goldens_of_what_it_is_now(contract: type[Message]) -> None:
    assert files.is_up_to_date(contract), "it changed: python -m tests.contract.goldens writes its next edition"


@every_contract
def test_the_full_example_has_every_field_and_the_minimal_one_only_what_is_required(contract: type[Message]) -> None:
    golden = newest(contract)
    assert golden
    assert set(golden.examples["full"]["body"]) == set(contract.model_fields)
    for field, schema in golden.sealed.items():
        assert set(golden.examples["full"]["sealed"][field]) == set(schema["properties"])
        if contract.model_fields[field].is_required():
            assert set(golden.examples["minimal"]["sealed"][field]) == set(schema["required"])
    optional = {name for name, field in contract.model_fields.items() if not field.is_required()}
    assert not any(golden.examples["minimal"]["body"].get(name) for name in optional)


@every_golden
def test_a_published_contract_stays_in_the_catalogue(golden: Golden) -> None:
    assert golden.type in CONTRACTS


@every_golden
def test_a_contract_keeps_what_it_promised(golden: Golden) -> None:
    contract = CONTRACTS[golden.type]
    assert breaches(golden.schema, promised(contract)) == []
    now = files.sealed_schemas(contract)
    assert golden.sealed.keys() <= now.keys()
    assert [breach for field, schema in golden.sealed.items() for breach in breaches(schema, now[field])] == []


@every_example
def test_a_published_message_keeps_every_value(type_: str, example: dict[str, Any]) -> None:
    read = decode(type_, json.dumps(example["body"]))
    written = json.loads(read.body())
    assert {name: written.get(name) for name in example["body"]} == example["body"]


@every_example
def test_sealed_content_opens_in_its_context(type_: str, example: dict[str, Any]) -> None:
    message = decode(type_, json.dumps(example["body"]))
    for field, content in example["sealed"].items():
        kind = SEALED_FIELDS[type(message), field].content
        opened = SEALER.open(kind, getattr(message, field), name_context(type_, field, message.application_id))
        assert opened.model_dump(mode="json", exclude_unset=True) == content


@every_example
def test_fields_of_a_later_edition_are_ignored(type_: str, example: dict[str, Any]) -> None:
    body = example["body"]
    later = {name: {**value, "later": 1} if name == "reply" else value for name, value in body.items()}
    assert decode(type_, json.dumps({**later, "later": {"than": ["this"]}})) == decode(type_, json.dumps(body))


def test_sealed_contents_ignore_fields_of_a_later_edition() -> None:
    for found in SEALED_FIELDS.values():
        assert found.content.model_config.get("extra") == "ignore"


@pytest.mark.parametrize("problem", Problem)
def test_every_problem_code_has_a_golden(problem: Problem) -> None:
    found = newest(Refused)
    assert found
    assert found.examples[problem]["body"]["problem"] == problem


def test_an_existing_golden_is_never_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "FOLDER", tmp_path)
    monkeypatch.setattr(files, "newest", lambda _contract: None)
    path = files.write(Refused)
    with pytest.raises(FileExistsError):
        files.write(Refused)
    assert path.name == "refused.v1.json"
