"""The services keep to the one list of who sends what to whom."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.contracts import catalogue
from shared.contracts.conversations import POSSIBLE_REPLIES, SEALED_FIELDS, SENDERS
from shared.contracts.message import Message
from shared.contracts.problem import Problem
from shared.contracts.replies import Refused
from shared.messaging.topology import SERVICE_OF, find_queue
from tests.contract.documented import LATE_PROBLEMS

SERVICES = Path(__file__).parents[2] / "services"


def made_by_services() -> Iterator[tuple[str, str]]:
    """Each class that a service's code calls, with that service: ``("intake", "StartAccepted")``."""
    for path in SERVICES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                yield path.relative_to(SERVICES).parts[0], node.func.id


MADE = frozenset(made_by_services())


@pytest.mark.parametrize("contract", [*catalogue.COMMANDS, *catalogue.QUERIES, *catalogue.EVENTS])
def test_each_message_has_the_one_sender_that_is_written_down(contract: type[Message]) -> None:
    senders = {SERVICE_OF.get(program, program) for program in SENDERS[contract]}
    assert {service for service, name in MADE if name == contract.__name__} == senders


@pytest.mark.parametrize("reply", [reply for reply in catalogue.REPLIES if reply is not Refused])
def test_a_reply_comes_from_the_service_that_takes_its_command(reply: type[Message]) -> None:
    takers = {find_queue(asked).program for asked, answers in POSSIBLE_REPLIES.items() if reply in answers.replies}
    assert {service for service, name in MADE if name == reply.__name__} == takers


def test_every_command_and_query_has_its_answers_and_each_can_be_refused() -> None:
    assert set(POSSIBLE_REPLIES) == {*catalogue.COMMANDS, *catalogue.QUERIES}
    assert all(Refused in answers.replies for answers in POSSIBLE_REPLIES.values())


def test_every_problem_can_occur() -> None:
    told = {problem for answers in POSSIBLE_REPLIES.values() for problem in answers.problems}
    assert told | LATE_PROBLEMS == set(Problem)


def test_every_sealed_field_says_what_is_inside() -> None:
    sealed = {
        (contract, name)
        for contract in catalogue.CONTRACTS.values()
        for name, schema in contract.model_json_schema()["properties"].items()
        if "AES-256-GCM" in str(schema) or schema.get("description", "").startswith("Sealed ")
    }
    assert set(SEALED_FIELDS) == sealed
    for (contract, name), field in SEALED_FIELDS.items():
        assert f"Sealed {field.content.__name__}" in (contract.model_fields[name].description or "")
