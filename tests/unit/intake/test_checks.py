"""The four validations, in their order."""

from typing import Any

import pytest

from services.intake.checks import CheckResult
from shared.contracts.problem import Problem
from shared.contracts.sealed import AccountRequest
from tests.unit.intake.registry import INDEX, Registry
from tests.unit.intake.starting import APPLICANT, CONTACT, HOUR, NOW, RECORD, decide


async def test_a_request_that_passes_is_found_with_all_that_is_kept_of_it() -> None:
    assert await Registry().look_up() == CheckResult(
        importer=INDEX.compute("importer", "123-45-6789"),
        email=INDEX.compute("email", "jane@example.com"),
        applicant=APPLICANT,
        contact=CONTACT,
    )


async def test_an_address_that_has_a_portal_user_is_told_last_whatever_its_case() -> None:
    for registry, problem in (
        (Registry(), Problem.EMAIL_IN_USE),
        (Registry(None), Problem.IMPORTER_NOT_MATCHED),
        (Registry(RECORD.model_copy(update={"poc_email": ""})), Problem.POC_EMAIL_MISSING),
        (Registry(top_account="A-1"), Problem.IMPORTER_ALREADY_LINKED),
    ):
        registry.users.add(INDEX.compute("email", "jane@example.com"))
        assert (await registry.look_up()).problem is problem


@pytest.mark.parametrize(
    "registry",
    [
        Registry(None),
        Registry(active=False),
        Registry(RECORD.model_copy(update={"company_name": "Acme LLC", "poc_email": ""}), top_account="A-1"),
    ],
    ids=["no such number", "not active", "another name"],
)
async def test_a_pair_that_does_not_match_is_refused_alike_whichever_was_wrong(registry: Registry) -> None:
    assert await registry.look_up() == CheckResult(Problem.IMPORTER_NOT_MATCHED)


@pytest.mark.parametrize("address", ["", "pat", "pat@", "n/a"])
async def test_a_record_without_a_valid_contact_address_comes_before_one_that_is_linked(address: str) -> None:
    registry = Registry(RECORD.model_copy(update={"poc_email": address}), top_account="A-1")
    assert (await registry.look_up()).problem is Problem.POC_EMAIL_MISSING


CHANGED: dict[str, Any] = {"contact_changed_at": NOW - HOUR, "hold": 24 * HOUR}


async def test_a_record_whose_contact_just_changed_gets_no_code_yet() -> None:
    registry = Registry(**CHANGED)
    assert await registry.look_up() == CheckResult(Problem.CONTACT_RECENTLY_CHANGED, retry_at=NOW + 23 * HOUR)
    assert (await registry.look_up(now=NOW + 23 * HOUR)).problem is None
    assert (await Registry(contact_changed_at=NOW).look_up()).problem is None, "no hold is set"


async def test_whether_a_contact_changed_is_told_only_after_a_match() -> None:
    for registry, problem in (
        (Registry(active=False, **CHANGED), Problem.IMPORTER_NOT_MATCHED),
        (Registry(RECORD.model_copy(update={"company_name": "Acme LLC"}), **CHANGED), Problem.IMPORTER_NOT_MATCHED),
        (Registry(RECORD.model_copy(update={"poc_email": ""}), **CHANGED), Problem.POC_EMAIL_MISSING),
        (Registry(top_account="A-1", **CHANGED), Problem.CONTACT_RECENTLY_CHANGED),
    ):
        found = await registry.look_up()
        assert found.problem is problem
        assert (found.retry_at is None) is (problem is not Problem.CONTACT_RECENTLY_CHANGED)


async def test_a_record_that_is_linked_is_refused() -> None:
    assert (await Registry(top_account="A-1").look_up()).problem is Problem.IMPORTER_ALREADY_LINKED


async def test_what_another_gateway_let_through_is_refused_field_by_field() -> None:
    found = await Registry().look_up(AccountRequest(company_name="...", importer_number="123456789", email="jane"))
    assert found == CheckResult(
        Problem.FIELD_INVALID,
        fields={"company_name": "malformed", "importer_number": "ambiguous", "email": "malformed"},
    )


async def test_for_an_application_that_was_decided_nothing_is_looked_up_or_counted() -> None:
    registry = Registry()
    registry.users.add(INDEX.compute("email", "jane@example.com"))
    assert await registry.look_up(application=decide().changed) == CheckResult()
    assert registry.limits.failures == {}
