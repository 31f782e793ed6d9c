"""An importer record belongs to one top account, an address to one portal user (invariant 2)."""

import asyncio

from shared.contracts.email_kind import EmailKind
from shared.contracts.problem import Problem
from shared.contracts.replies import ApplicationStatus
from shared.contracts.sealed import AccountRequest
from shared.contracts.state import State
from shared.settings.processes import Settings
from tests.support.applicant import ACME, Started, reaches, start, submit, verify
from tests.support.gateway import Gateway
from tests.support.mail_sink import MailSink
from tests.support.records import store_importer, stored

DECIDED = (State.PROVISIONED, State.COMPLETED, State.REJECTED)


async def race(applications: list[Started], gateway: Gateway, box: MailSink) -> list[ApplicationStatus]:
    """What becomes of applications that are submitted at once."""
    grants = [await verify(started, gateway, box) for started in applications]
    await asyncio.gather(
        *(submit(started, gateway, grant) for started, grant in zip(applications, grants, strict=True))
    )
    return [await reaches(started, gateway, *DECIDED) for started in applications]


async def test_one_of_several_applications_for_an_importer_gets_the_account(
    gateway: Gateway, box: MailSink, system: Settings
) -> None:
    people = [ACME.model_copy(update={"email": f"person{number}@acme.example"}) for number in range(3)]
    applications = [await start(gateway, person) for person in people]
    outcomes = await race(applications, gateway, box)
    losers = [outcome for outcome in outcomes if outcome.state is State.REJECTED]
    assert len(losers) == 2
    assert {outcome.problem for outcome in losers} == {Problem.IMPORTER_ALREADY_LINKED}
    assert len(await stored(system, "top_accounts")) == 1
    assert len(await stored(system, "importer_views")) == 1
    assert len(await stored(system, "portal_users")) == 1
    emails = await box.emails(3 + 3 + 2)
    assert len(emails) == 8


async def test_one_of_two_applications_with_the_same_address_gets_the_account(
    gateway: Gateway, box: MailSink, system: Settings
) -> None:
    await store_importer(system, "98-7654321XX", "Borealis LLC", "poc@borealis.example")
    other = AccountRequest(company_name="Borealis LLC", importer_number="98-7654321XX", email=ACME.email.upper())
    applications = [await start(gateway), await start(gateway, other)]
    outcomes = await race(applications, gateway, box)
    assert sorted(outcome.problem or "" for outcome in outcomes) == ["", Problem.EMAIL_IN_USE]
    await box.emails(2 + 3 + 1)
    loser = next(outcome for outcome in outcomes if outcome.problem)
    started = next(started for started in applications if started.application == loser.application_id)
    refused = await reaches(started, gateway, State.REJECTED)
    assert EmailKind.APPLICATION_REFUSED in refused.emails
