"""The four validations, in their order, and the limits."""

from datetime import datetime
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import pytest

from services.intake.checks import CheckResult, Checks
from shared.contracts.problem import Problem
from shared.contracts.sealed import AccountRequest
from shared.domain.application import Application
from shared.domain.limit import CODES, FAILED_MATCHES
from shared.security.fingerprints import BlindIndex
from shared.security.keys import KeyRing, make_ring
from shared.storage.importers import StoredImporter
from shared.storage.sealed_documents import ImporterRecord
from tests.unit.intake.starting import (
    APPLICANT,
    CONTACT,
    HOUR,
    NOW,
    RECORD,
    REQUEST,
    SEALS,
    START_ID,
    decide,
    situation,
    start,
)

INDEX = BlindIndex(KeyRing.parse(make_ring()))


class Places:
    """Grants every place, or none."""

    def __init__(self, full: dict[str, datetime]) -> None:
        self.full = full
        self.taken: list[tuple[str, UUID, Any]] = []

    async def find_next_free(self, key: str, limits: Any, now: datetime) -> datetime | None:
        assert limits == FAILED_MATCHES
        return self.full.get(key.partition(":")[0])

    async def take(self, key: str, id: UUID, limits: Any, now: datetime) -> datetime | None:
        self.taken.append((key.partition(":")[0], id, limits))
        return self.full.get("taking " + key.partition(":")[0])


class Registry:
    """In-memory data for the validations' lookups."""

    def __init__(self, record: ImporterRecord | None = RECORD, **stored: Any) -> None:
        self.id = INDEX.compute("importer", "123-45-6789")
        self.users: set[str] = set()
        self.stored: StoredImporter | None = None
        self.places = Places({})
        if record:
            sealed = SEALS.storage.seal(record, f"importers/record/{self.id}")
            self.stored = StoredImporter(self.id, sealed, **{"active": True, "top_account": None, **stored})

    async def look_up(self, request: AccountRequest = REQUEST, application: Application | None = None) -> CheckResult:
        async def exists(email: str) -> bool:
            return email in self.users

        async def find(id: str) -> StoredImporter | None:
            return self.stored if id == self.id else None

        checks = Checks(
            SEALS,
            INDEX,
            portal_users=cast("Any", SimpleNamespace(exists=exists)),
            importers=cast("Any", SimpleNamespace(find=find)),
            limits=cast("Any", self.places),
        )
        return await checks.look_up(start(request), situation(application))


class TestTheValidations:
    async def test_a_request_that_passes_is_found_with_all_that_is_kept_of_it(self) -> None:
        found = await Registry().look_up()
        assert found == CheckResult(
            importer=INDEX.compute("importer", "123-45-6789"),
            email=INDEX.compute("email", "jane@example.com"),
            applicant=APPLICANT,
            contact=CONTACT,
        )

    async def test_an_address_that_has_a_portal_user_is_told_last_whatever_its_case(self) -> None:
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
    async def test_a_pair_that_does_not_match_is_refused_alike_whichever_was_wrong(self, registry: Registry) -> None:
        assert await registry.look_up() == CheckResult(Problem.IMPORTER_NOT_MATCHED)
        assert registry.places.taken == [("failed-matches", START_ID, FAILED_MATCHES)]

    @pytest.mark.parametrize("address", ["", "pat", "pat@", "n/a"])
    async def test_a_record_without_a_valid_contact_address_comes_before_one_that_is_linked(self, address: str) -> None:
        registry = Registry(RECORD.model_copy(update={"poc_email": address}), top_account="A-1")
        assert (await registry.look_up()).problem is Problem.POC_EMAIL_MISSING

    async def test_a_record_that_is_linked_is_refused(self) -> None:
        registry = Registry(top_account="A-1")
        assert (await registry.look_up()).problem is Problem.IMPORTER_ALREADY_LINKED
        assert registry.places.taken == []

    async def test_a_code_is_counted_only_for_a_request_that_passes(self) -> None:
        registry = Registry()
        await registry.look_up()
        assert registry.places.taken == [("codes", START_ID, CODES)]

    @pytest.mark.parametrize("full", ["failed-matches", "taking codes"])
    async def test_over_a_limit_it_is_told_when_to_come_back(self, full: str) -> None:
        registry = Registry()
        registry.places.full[full] = NOW + HOUR
        assert await registry.look_up() == CheckResult(Problem.TOO_MANY_REQUESTS, retry_at=NOW + HOUR)

    async def test_the_failure_that_is_one_too_many_does_not_tell_whether_it_matched(self) -> None:
        registry = Registry(None)
        registry.places.full["taking failed-matches"] = NOW + HOUR
        assert await registry.look_up() == CheckResult(Problem.TOO_MANY_REQUESTS, retry_at=NOW + HOUR)

    async def test_what_another_gateway_let_through_is_refused_field_by_field(self) -> None:
        found = await Registry().look_up(AccountRequest(company_name="...", importer_number="123456789", email="jane"))
        assert found == CheckResult(
            Problem.FIELD_INVALID,
            fields={"company_name": "malformed", "importer_number": "ambiguous", "email": "malformed"},
        )

    async def test_for_an_application_that_was_decided_nothing_is_looked_up_or_counted(self) -> None:
        registry = Registry()
        registry.users.add(INDEX.compute("email", "jane@example.com"))
        assert await registry.look_up(application=decide().changed) == CheckResult()
        assert registry.places.taken == []
