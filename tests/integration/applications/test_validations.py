"""The four validations in their order, and the limits (guide, step 2)."""

import asyncio

import pytest

from shared.contracts.problem import Problem
from shared.contracts.replies import Refused, StartAccepted
from shared.settings.processes import Settings
from tests.support.applicant import ACME, refusal, start
from tests.support.gateway import Gateway
from tests.support.records import store_importer, store_portal_user


async def test_an_address_of_a_portal_user_is_in_use_whatever_its_case(gateway: Gateway, system: Settings) -> None:
    await store_portal_user(system, "ADA@acme.example")
    assert await refusal(gateway, *gateway.start(ACME)) is Problem.EMAIL_IN_USE


@pytest.mark.parametrize(
    ("company_name", "importer_number"), [("Acme Imports LLC", "12-3456789AB"), ("Acme Imports Inc", "12-3456789AC")]
)
async def test_number_and_name_must_match_one_record(gateway: Gateway, company_name: str, importer_number: str) -> None:
    request = ACME.model_copy(update={"company_name": company_name, "importer_number": importer_number})
    assert await refusal(gateway, *gateway.start(request)) is Problem.IMPORTER_NOT_MATCHED


async def test_an_inactive_record_matches_nobody(gateway: Gateway, system: Settings) -> None:
    await store_importer(system, "11-1111111AA", "Dormant Co", "poc@dormant.example", active=False)
    request = ACME.model_copy(update={"company_name": "Dormant Company", "importer_number": "11-1111111AA"})
    assert await refusal(gateway, *gateway.start(request)) is Problem.IMPORTER_NOT_MATCHED


@pytest.mark.parametrize("poc_email", ["", "not an address"])
async def test_a_record_without_a_valid_contact_address_is_refused(
    gateway: Gateway, system: Settings, poc_email: str
) -> None:
    await store_importer(system, "900-12-3456", "Sole Proprietor", poc_email, top_account="A-1")
    request = ACME.model_copy(update={"company_name": "sole proprietor", "importer_number": "900-12-3456"})
    assert await refusal(gateway, *gateway.start(request)) is Problem.POC_EMAIL_MISSING


async def test_a_linked_record_is_refused(gateway: Gateway, system: Settings) -> None:
    await store_importer(system, "260101-12345", "Linked Ltd", "poc@linked.example", top_account="A-1")
    request = ACME.model_copy(update={"company_name": "Linked Limited", "importer_number": "260101-12345"})
    assert await refusal(gateway, *gateway.start(request)) is Problem.IMPORTER_ALREADY_LINKED


async def test_a_field_that_breaks_a_rule_is_named(gateway: Gateway) -> None:
    reply = await gateway.ask(
        *gateway.start(ACME.model_copy(update={"importer_number": "12-3456789", "email": "nobody"}))
    )
    assert isinstance(reply, Refused)
    assert reply.problem is Problem.FIELD_INVALID
    assert reply.fields == {"importer_number": "missing-suffix", "email": "malformed"}


async def test_a_requester_gets_three_codes_an_hour_however_many_ask_at_once(gateway: Gateway) -> None:
    commands = [gateway.start(ACME) for _ in range(8)]
    replies = await asyncio.gather(*(gateway.ask(command, id) for command, id in commands))
    assert sum(isinstance(reply, StartAccepted) for reply in replies) == 3
    refused = [reply for reply in replies if isinstance(reply, Refused)]
    assert {reply.problem for reply in refused} == {Problem.VERIFICATION_NEEDED}
    assert all(reply.retry_at and reply.ticket for reply in refused)


async def test_the_same_start_sent_again_takes_no_further_code(gateway: Gateway) -> None:
    command, id = gateway.start(ACME)
    first = await gateway.ask(command, id)
    assert all([await gateway.ask(command, id) == first for _ in range(5)])
    await start(gateway)


async def test_after_thirty_failed_matches_of_a_number_even_the_right_name_needs_a_step_up(gateway: Gateway) -> None:
    wrong = [ACME.model_copy(update={"company_name": f"Guess {number}"}) for number in range(33)]
    problems = [await refusal(gateway, *gateway.start(request)) for request in wrong]
    assert problems == [Problem.IMPORTER_NOT_MATCHED] * 30 + [Problem.VERIFICATION_NEEDED] * 3
    assert await refusal(gateway, *gateway.start(ACME)) is Problem.VERIFICATION_NEEDED
