"""What other gateways' authors do wrong is refused with a reason that names the part and the rule, and nothing else."""

import json
from collections import Counter
from typing import Any
from uuid import UUID, uuid5

import pytest

from shared.contracts.breach import Breach
from shared.contracts.catalogue import COMMANDS
from shared.domain.errors import ContractBroken
from shared.messaging import delivery, pamqp_patch, refusals
from shared.messaging.command_contents import CommandContents
from shared.messaging.permissions import name_replies
from shared.security.command_seals import CommandSealers
from shared.security.fingerprints import Fingerprints
from shared.security.keys import KeyRing, make_ring
from tests.support.broken_commands.command import CONTENTS, Command
from tests.support.broken_commands.table import BROKEN, Broken
from tests.support.memory.broker import Channel, Sent, delivered
from tests.unit.messaging.rig import START

pamqp_patch.read_leniently()

RING = KeyRing.parse(make_ring())
CONTENT = CommandContents(CommandSealers(RING, None, ()), Fingerprints(KeyRing.parse(make_ring())))
CONTRACTS = {contract.name(): contract for contract in COMMANDS}
every_mistake = pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.name)


def sent(command: Command) -> Sent:
    return Sent(
        exchange="ace.commands",
        routing_key=command.key,
        body=command.bytes,
        headers=command.headers,
        reply_to=name_replies("gateway", "0001"),
        **command.properties,
    )


def refuse(command: Command) -> str:
    """Why a command is refused, without looking at its application; empty if it is not."""
    contract = CONTRACTS[command.key]
    try:
        found = delivery.read(delivered(sent(command), Channel()), contract, "worker", START)
        CONTENT.compute_mac(found.message, found.user)
    except ContractBroken as refusal:
        return refusal.explanation
    derived = uuid5(found.id, "application")
    return "" if found.message.application_id == derived else "application_id: not-derived"


@every_mistake
def test_a_mistake_is_named_by_the_part_and_the_rule(broken: Broken) -> None:
    command = Command(broken.key, RING)
    broken.make(command)
    assert refuse(command) == broken.reason


@pytest.mark.parametrize("key", CONTENTS)
def test_without_a_mistake_nothing_is_refused(key: str) -> None:
    assert refuse(Command(key, RING)) == ""


def test_the_table_has_every_rule_that_a_command_alone_can_break() -> None:
    named = {part.split(": ")[1].partition(" ")[0] for broken in BROKEN for part in broken.reason.split(", ")}
    assert named == set(Breach) - {Breach.OTHER_CONTENTS, Breach.GONE}
    assert len(BROKEN) > 60
    assert [name for name, count in Counter(broken.name for broken in BROKEN).items() if count > 1] == []


@pytest.mark.parametrize(
    "properties",
    [
        {"content_type": None},
        {"content_type": "application/json; charset=utf-8"},
        {"content_type": "Application/JSON", "content_encoding": "UTF-8"},
    ],
)
def test_other_spellings_of_the_content_type_are_taken(properties: dict[str, Any]) -> None:
    command = Command("check-code", RING)
    command.properties.update(properties)
    assert refuse(command) == ""


@pytest.mark.parametrize(
    ("headers", "body", "found"),
    [
        ({"ace-application": str(UUID(int=7))}, b"", UUID(int=7)),
        ({}, json.dumps({"application_id": str(UUID(int=7))}).encode(), UUID(int=7)),
        ({"ace-application": "none"}, json.dumps({"application_id": str(UUID(int=7))}).encode(), UUID(int=7)),
        ({}, b"", None),
        ({}, b'{"application_id": "none"}', None),
    ],
)
def test_the_application_of_an_unreadable_command_is_read_where_it_can_be(
    headers: dict[str, Any], body: bytes, found: UUID | None
) -> None:
    command = Command("check-code", RING, raw=body)
    command.headers = headers
    assert refusals.read_application(delivered(sent(command), Channel())) == found
