"""The checks of the second invariant find accounts that are two, or half there."""

from uuid import uuid4

import pytest

from shared.contracts.state import State
from tests.unit.chaos.world import TO_VERIFIED, World


def test_two_accounts_of_one_importer_are_found(world: World) -> None:
    mine, other = world.evidence.documents["top_accounts"]
    other["importer"] = mine["importer"]
    world.change(world.unlucky, importer=mine["importer"])
    assert "2 unique: 2 accounts of one importer" in world.broken()


def test_two_accounts_of_one_address_are_found(world: World) -> None:
    mine, other = world.evidence.documents["top_accounts"]
    other["owner"] = mine["owner"]
    world.change(world.unlucky, email=mine["owner"])
    assert "2 unique: 2 accounts of one address" in world.broken()


def test_an_account_of_which_nobody_knows_is_found(world: World) -> None:
    world.evidence.documents["top_accounts"][0]["application_id"] = uuid4()
    assert world.broken() == ["2 unique: account A1000001 belongs to no application that knows it"]


@pytest.mark.parametrize("field", ["importer", "email"])
def test_an_account_for_another_than_applied_is_found(world: World, field: str) -> None:
    world.change(world.owner, **{field: "index of another"})
    [found] = world.broken()
    assert found == f"2 unique: account A1000001 is for another importer or owner than {world.owner}"


def test_an_account_that_is_not_there_is_found(world: World) -> None:
    documents = world.evidence.documents
    del documents["top_accounts"][0], documents["importer_views"][0], documents["portal_users"][0]
    documents["importers"][0]["top_account"] = None
    assert world.broken() == [f"2 unique: {world.owner} has an account that is not there"]


def test_a_state_that_does_not_fit_the_account_is_found(world: World) -> None:
    world.goes(world.unlucky, *TO_VERIFIED, State.EXPIRED)
    assert f"2 unique: {world.unlucky} is expired, and its account is A1000002" in world.broken()


HALVES = {"importers": "links", "importer_views": "importer views", "portal_users": "portal users"}


@pytest.mark.parametrize("collection", HALVES)
def test_an_account_that_is_half_there_is_found(world: World, collection: str) -> None:
    del world.evidence.documents[collection][0]
    assert world.broken() == [f"2 unique: {HALVES[collection]} and accounts differ"]


@pytest.mark.parametrize("collection", HALVES)
def test_what_was_made_for_an_account_that_is_not_there_is_found(world: World, collection: str) -> None:
    world.evidence.documents[collection].append({"_id": "another", "account": "A1000009", "top_account": "A1000009"})
    assert world.broken() == [f"2 unique: {HALVES[collection]} and accounts differ"]
