"""The checks of the second invariant find duplicate and incomplete accounts."""

from uuid import uuid4

import pytest

from shared.contracts.state import State
from tests.unit.chaos.case import TO_VERIFIED, Case


def test_two_accounts_of_one_importer_are_found(case: Case) -> None:
    mine, other = case.evidence.documents["top_accounts"]
    other["importer"] = mine["importer"]
    case.change(case.unlucky, importer=mine["importer"])
    assert "2 unique: 2 accounts of one importer" in case.broken()


def test_two_accounts_of_one_address_are_found(case: Case) -> None:
    mine, other = case.evidence.documents["top_accounts"]
    other["owner"] = mine["owner"]
    case.change(case.unlucky, email=mine["owner"])
    assert "2 unique: 2 accounts of one address" in case.broken()


def test_an_account_of_an_unknown_application_is_found(case: Case) -> None:
    case.evidence.documents["top_accounts"][0]["application_id"] = uuid4()
    assert case.broken() == ["2 unique: account A1000001 belongs to no application that knows it"]


@pytest.mark.parametrize("field", ["importer", "email"])
def test_an_account_for_another_than_applied_is_found(case: Case, field: str) -> None:
    case.change(case.owner, **{field: "index of another"})
    [found] = case.broken()
    assert found == f"2 unique: account A1000001 is for another importer or owner than {case.owner}"


def test_a_missing_account_is_found(case: Case) -> None:
    documents = case.evidence.documents
    del documents["top_accounts"][0], documents["importer_views"][0], documents["portal_users"][0]
    documents["importers"][0]["top_account"] = None
    assert case.broken() == [f"2 unique: {case.owner} has an account that is not there"]


def test_a_state_that_does_not_fit_the_account_is_found(case: Case) -> None:
    case.goes(case.unlucky, *TO_VERIFIED, State.EXPIRED)
    assert f"2 unique: {case.unlucky} is expired, and its account is A1000002" in case.broken()


HALVES = {"importers": "links", "importer_views": "importer views", "portal_users": "portal users"}


@pytest.mark.parametrize("collection", HALVES)
def test_an_incomplete_account_is_found(case: Case, collection: str) -> None:
    del case.evidence.documents[collection][0]
    assert case.broken() == [f"2 unique: {HALVES[collection]} and accounts differ"]


@pytest.mark.parametrize("collection", HALVES)
def test_a_leftover_of_a_missing_account_is_found(case: Case, collection: str) -> None:
    case.evidence.documents[collection].append({"_id": "another", "account": "A1000009", "top_account": "A1000009"})
    assert case.broken() == [f"2 unique: {HALVES[collection]} and accounts differ"]
