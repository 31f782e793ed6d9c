"""Which requests a contact is told of in its daily digest."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.contracts.ids import derive_application_id
from shared.domain.limits.code_emails import CodeSent
from shared.domain.limits.digest import NO_IMPORTER, Digest
from shared.domain.limits.keys import name_contact
from tests.unit.intake.registry import INDEX, Registry
from tests.unit.intake.starting import NOW, REQUEST


async def ask(registry: Registry, *ids: UUID, **changes: str) -> None:
    """So many ask for a code, each with an address of its own."""
    for number, id in enumerate(ids):
        request = REQUEST.model_copy(update={"email": f"a{number}@b.example", **changes})
        await registry.look_up(request, id=id, verified_by="altcha")


def watch(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which calls go to the database from now on."""
    calls: list[str] = []
    for at, name, known_as in (
        (registry.limits, "take_codes", "takes places"),
        (registry.limits, "give_back", "settles places"),
        (registry.limits, "keep_place", "settles places"),
        (registry.digests, "add", "adds to a digest"),
        (registry.applications, "was_delayed", "asks whether it was delayed"),
    ):
        monkeypatch.setattr(at, name, noting(getattr(at, name), known_as, calls))
    return calls


def noting(does: Any, name: str, calls: list[str]) -> Any:
    """What notes its name before it does something."""

    async def note(*args: Any) -> Any:
        calls.append(name)
        return await does(*args)

    return note


def waiting(registry: Registry) -> list[UUID]:
    """The applications in the only digest."""
    [digest] = registry.digests.by_id.values()
    return [request.application for request in digest.requests]


async def test_after_ten_codes_in_an_hour_the_others_are_in_the_digest_once_each() -> None:
    registry, ids = Registry(), [uuid4() for _ in range(12)]
    await ask(registry, *ids)
    await ask(registry, *ids)
    assert waiting(registry) == [derive_application_id(id) for id in ids[10:]]
    [digest] = registry.digests.by_id.values()
    assert {request.importer for request in digest.requests} == {registry.id}


async def test_what_only_the_limit_of_a_requester_puts_off_is_not() -> None:
    registry = Registry()
    await ask(registry, *(uuid4() for _ in range(9)), email="jane@example.com")
    assert registry.digests.by_id == {}


async def test_under_the_uniform_answer_nobody_is_told_of_an_importer_that_was_not_matched() -> None:
    told: list[Digest] = []
    for number in (REQUEST.importer_number, "12-3456789AB"):
        registry = Registry()
        await registry.guess(60, verified_by="altcha")
        registry.digests.by_id.clear()
        stand_in = INDEX.compute("no contact", INDEX.compute("importer", number))
        for index in (INDEX.compute("email", "pat@example.com"), stand_in):
            registry.limits.codes[name_contact(index)] = {uuid4(): CodeSent(NOW) for _ in range(10)}
        await ask(registry, uuid4(), importer_number=number)
        told += registry.digests.by_id.values()
    matched, other = told
    assert [request.importer for request in matched.requests] == [Registry().id]
    assert [request.importer for request in other.requests] == [NO_IMPORTER]
    assert matched.id != other.id


async def test_under_the_uniform_answer_a_busy_contact_takes_the_same_calls_as_no_match(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    busy = name_contact(INDEX.compute("email", "pat@example.com"))
    made: list[list[str]] = []
    for number, codes in ((REQUEST.importer_number, 10), (REQUEST.importer_number, 0), ("12-3456789AB", 10)):
        registry = Registry()
        await registry.guess(60, verified_by="altcha")
        registry.limits.codes[busy] = {uuid4(): CodeSent(NOW) for _ in range(codes)}
        before = len(registry.digests.by_id)
        calls = watch(registry, monkeypatch)
        await ask(registry, uuid4(), importer_number=number)
        assert len(registry.digests.by_id) == before + 1
        made.append(sorted(calls))
    assert made[0] == made[1] == made[2]
    assert len(made[0]) == 4
