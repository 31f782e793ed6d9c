"""Operators see what limits counted, and lift it for a caller whom others locked out."""

from dataclasses import replace
from uuid import uuid4

import pytest

from services.console.limits.subject import Subject
from shared import clock
from shared.domain.limits.code_emails import CodeSent
from shared.domain.limits.failures import list_answer_limits, list_match_limits
from shared.domain.limits.keys import name_codes, name_contact
from shared.domain.limits.tally import DAY
from shared.security.fingerprints import BlindIndex
from shared.security.networks import tag_networks
from shared.settings.loading import load_key_ring
from shared.settings.processes import Settings
from shared.storage.limits import Counted
from tests.integration.operating.test_operating import acectl
from tests.support.records import opened

NUMBER, NAME, HOST = "123-45-6789", "Acme Imports, Inc.", "203.0.113.7"
WHY = ("--reason", "the importer called")


@pytest.fixture
async def guessed(database_settings: Settings) -> Settings:
    """Settings of a system where somebody guessed sixty times, and got a code."""
    index = BlindIndex(load_key_ring(database_settings, "index"))
    networks = tag_networks(BlindIndex(load_key_ring(database_settings, "network")), HOST)
    importer, name = Subject.read_importer(NUMBER, index), Subject.read_name("ACME IMPORTS INC", index)
    asked = replace(name.asked, importer=importer.asked.importer, address="somebody", networks=networks)
    async with opened(database_settings) as database:
        for _ in range(60):
            limits = (*list_match_limits(asked), *list_answer_limits(asked))
            await database.limits.count((limit.key for limit in limits), Counted(), clock.now())
        await database.limits.take_codes({importer.keys[1]: CodeSent(clock.now(), "jane")}, uuid4(), clock.now())
    return database_settings


async def test_what_was_counted_is_seen_by_number_name_and_network(guessed: Settings) -> None:
    ending, lines, _ = await acectl(guessed, "limits", "show", "--importer", NUMBER)
    assert ending == 0
    assert {line["limit"]: (line["last_hour"], line["leads_to"]) for line in lines} == {
        "answers about an importer": (60, "the same answer for all"),
        "number": (60, "verification, or a wait"),
        "number and network": (60, "refused"),
        "code emails for the importer": (1, None),
    }
    _, lines, _ = await acectl(guessed, "limits", "show", "--name", NAME)
    assert [(line["limit"], line["leads_to"]) for line in lines] == [
        ("beginning of a name", "verification, or a wait"),
        ("name", "the same answer for all"),
        ("name, with Social Security numbers", "the same answer for all"),
    ]
    _, lines, _ = await acectl(guessed, "limits", "show", "--network", HOST)
    assert [line["leads_to"] for line in lines] == ["refused", "verification, or a wait", None]


async def test_the_last_days_code_emails_are_counted_by_network(database_settings: Settings) -> None:
    now = clock.now()
    places = [("here", now), ("here", now - DAY / 2), ("", now), ("there", now - DAY)]
    async with opened(database_settings) as database:
        for network, at in places:
            codes = {name_codes("acme"): CodeSent(at, "jane", network), name_contact("pat"): CodeSent(at)}
            await database.limits.take_codes(codes, uuid4(), at)
        assert await database.limits.count_networks(now) == {"here": 2, "": 1}


async def test_what_was_counted_is_lifted_with_a_reason_and_audited(guessed: Settings) -> None:
    assert (await acectl(guessed, "limits", "lift", "--importer", NUMBER))[0] == 2
    ending, told, _ = await acectl(guessed, "limits", "lift", "--importer", NUMBER, *WHY)
    assert (ending, told) == (0, {"subject": "importer ***-**-6789", "forgotten": 4})
    ending, lines, complaint = await acectl(guessed, "limits", "show", "--importer", NUMBER)
    assert (ending, lines) == (0, [])
    assert NUMBER not in complaint
    looked, entry = (await acectl(guessed, "audit", "list"))[1]
    assert (looked["action"], looked["cause"]) == ("look-up", "by importer ***-**-6789")
    assert (entry["action"], entry["why"], entry["cause"]) == (
        "lift",
        "the importer called",
        "4 counts about importer ***-**-6789",
    )
    assert (await acectl(guessed, "limits", "show", "--name", NAME))[0] == 0


@pytest.mark.parametrize(
    "named",
    [(), ("--importer", NUMBER, "--name", NAME), ("--importer", "1"), ("--network", "home"), ("--address", "a")],
)
async def test_one_subject_has_to_be_named_as_it_is_written(
    database_settings: Settings, named: tuple[str, ...]
) -> None:
    assert (await acectl(database_settings, "limits", "show", *named))[0] == 2
