"""docs/contracts.md is right: its example runs, the workers understand it, and its tables are complete."""

import json
import re
from datetime import UTC, datetime
from functools import cache
from types import SimpleNamespace
from typing import Any, cast
from uuid import uuid5

import pytest
from aio_pika import DeliveryMode
from aio_pika.abc import AbstractIncomingMessage

from shared.contracts import catalogue
from shared.contracts.breach import Breach
from shared.contracts.commands import AskOutcome, StartApplication
from shared.contracts.conversations import POSSIBLE_REPLIES
from shared.contracts.email_kind import EmailStatus
from shared.contracts.problem import Problem
from shared.contracts.sealed import AccountRequest
from shared.contracts.state import State
from shared.messaging import topology
from shared.messaging.delivery import read
from shared.messaging.permissions import PERMISSIONS
from shared.security.keys import KeyRing
from shared.security.sealing import Sealer, name_context
from tests.contract import documented


@cache
def example() -> dict[str, Any]:
    return documented.names()


def test_the_example_seals_as_the_workers_open() -> None:
    found = example()
    sealer = Sealer(KeyRing.parse(found["ring"]))
    context = name_context(StartApplication.TYPE, "request", found["application_id"])
    assert sealer.open(AccountRequest, found["token"], context).model_dump() == found["request"]


def test_the_example_opens_what_the_workers_seal() -> None:
    found = example()
    context = name_context("code-accepted.v1", "grant", found["application_id"])
    token = Sealer(KeyRing.parse(found["ring"])).seal_bytes(b'{"token":"t"}', context)
    assert found["unseal"](token, context) == {"token": "t"}


def test_a_worker_takes_the_example_for_a_start_command() -> None:
    found = example()
    raw = SimpleNamespace(
        exchange=topology.COMMANDS,
        content_type="application/json",
        content_encoding=None,
        delivery_mode=DeliveryMode.PERSISTENT,
        expiration=None,
        body=json.dumps(found["body"]).encode(),
        type="start-application.v1",
        message_id=str(found["command_id"]),
        user_id="gateway",
        timestamp=datetime(2026, 11, 2, tzinfo=UTC),
        reply_to="gateway.replies.1",
        correlation_id="1",
        headers={"ace-application": str(found["application_id"])},
    )
    delivery = read(cast(AbstractIncomingMessage, raw), StartApplication, "intake", datetime.now(UTC))
    assert delivery.message.application_id == uuid5(delivery.id, "application")


def test_the_table_of_messages_is_complete() -> None:
    contracts = {contract.name(): contract for contract in (*catalogue.COMMANDS, *catalogue.QUERIES)}
    rows = {row[0].strip("`"): row for row in documented.table_after("Publishing") if row[0].strip("`") in contracts}
    assert rows.keys() == contracts.keys()
    for name, contract in contracts.items():
        assert rows[name][1] == f"`{contract.TYPE}`"
        fields = set(re.findall(r"`(\w+)`", rows[name][2]))
        assert fields == {field for field in contract.model_fields if field != "application_id"}


def test_the_table_of_replies_is_complete() -> None:
    rows = {row[0].strip("`"): row[1] for row in documented.table_after("Sending it, and the reply")}
    assert rows.keys() == {reply.TYPE for reply in catalogue.REPLIES}
    for reply in catalogue.REPLIES:
        asked = {contract.name() for contract, answers in POSSIBLE_REPLIES.items() if reply in answers.replies}
        assert rows[reply.TYPE] == "any" or {rows[reply.TYPE]} == asked
    assert all(
        reply in answers.replies
        for reply in catalogue.REPLIES
        if rows[reply.TYPE] == "any"
        for answers in POSSIBLE_REPLIES.values()
    )


@pytest.mark.parametrize("problem", Problem)
def test_every_problem_is_explained_after_the_commands_that_can_meet_it(problem: Problem) -> None:
    rows = {row[0].strip("`"): row[1] for row in documented.table_after("Problem codes")}
    assert rows.keys() == set(Problem)
    met = {contract.name() for contract, answers in POSSIBLE_REPLIES.items() if problem in answers.problems}
    after = (
        {contract.name() for contract in POSSIBLE_REPLIES} if rows[problem] == "any" else set(rows[problem].split(", "))
    )
    assert after == met | ({AskOutcome.name()} if problem in documented.LATE_PROBLEMS else set())


def test_every_rule_of_a_contract_is_explained() -> None:
    rules = [rule for row in documented.table_after("Contract-broken") for rule in re.findall(r"`([^`]+)`", row[0])]
    assert sorted(rules) == sorted(Breach)


def test_states_and_emails_are_explained() -> None:
    section = documented.text().partition("## When no reply comes")[2]
    assert all(f"`{name}`" in section for name in (*State, *EmailStatus))


def test_the_permissions_are_those_of_the_gateways_user() -> None:
    permission = PERMISSIONS["gateway"]
    for pattern in (permission.configure, permission.write, permission.read):
        assert f"`{pattern}`" in documented.text()
