"""What people really typed into each field, read as the form reads it, and the right result."""

import pytest

from shared.domain.errors import InvalidFields
from shared.domain.form import verification_code
from shared.domain.form.account_details import AccountDetails
from shared.domain.form.account_request import CheckedRequest
from tests.cases import Case, cases
from tests.unit.domain.filled_in import FILLED_IN
from tests.unit.domain.refusals import attempt

NAMES = {
    "Account Owner First Name": "first_name",
    "Account Owner Middle Name": "middle_name",
    "Account Owner Last Name": "last_name",
}


def named(case: Case) -> str:
    return " ".join(case.get(column, "") for column in ("country", "input"))


def outcome(case: Case, accepted: str | None, rule: str) -> tuple[str, str, str]:
    """The result in the table's terms; value and rule count only if the table has them."""
    word = "accepted" if not rule else "ambiguous" if rule == case["outcome"] == "ambiguous" else "refused"
    return word, (accepted or "") if case.get("value") else "", rule if case.get("rule") else ""


def right(case: Case) -> tuple[str, str, str]:
    return case["outcome"], case.get("value", ""), case.get("rule", "")


def on_page_3(field: str, typed: str, **beside: str) -> tuple[str | None, str]:
    """The recorded value, and the broken rule."""
    values, rules = AccountDetails.read({**FILLED_IN, **beside, field: typed})
    assert beside or rules.keys() <= {field}
    return values.get(field), rules.get(field, "")


def on_page_1(field: str, typed: str) -> tuple[str | None, str]:
    page = {"company_name": "Acme Imports Inc", "importer_number": "12-345678900", "email": "jane@example.com"}
    try:
        return getattr(CheckedRequest.parse(page | {field: typed}), field), ""
    except InvalidFields as refused:
        return None, refused.rules[field]


@pytest.mark.parametrize("case", cases("telephone"), ids=named)
def test_a_telephone_number_is_read_as_typed(case: Case) -> None:
    assert outcome(case, *on_page_3("telephone", case["input"], country=case["country"])) == right(case)


@pytest.mark.parametrize("case", cases("duns"), ids=named)
def test_a_duns_number(case: Case) -> None:
    assert outcome(case, *on_page_3("duns", case["input"])) == right(case)


@pytest.mark.parametrize("case", cases("verification_code"), ids=named)
def test_a_verification_code(case: Case) -> None:
    assert outcome(case, *attempt(verification_code.parse, case["input"])) == right(case)


@pytest.mark.parametrize("case", cases("website"), ids=named)
def test_a_website_is_read_as_typed(case: Case) -> None:
    assert outcome(case, *on_page_3("website", case["input"])) == right(case)


@pytest.mark.parametrize("case", cases("fiscal_year_end"), ids=named)
def test_a_fiscal_years_end_is_read_as_typed(case: Case) -> None:
    assert outcome(case, *on_page_3("fiscal_year_end", case["input"])) == right(case)


@pytest.mark.parametrize("case", cases("importer_number"), ids=named)
def test_an_importer_record_number_is_read_as_typed(case: Case) -> None:
    assert outcome(case, *on_page_1("importer_number", case["input"])) == right(case)


@pytest.mark.parametrize("case", cases("person_name"), ids=named)
def test_a_persons_name_is_read_as_typed(case: Case) -> None:
    assert outcome(case, *on_page_3(NAMES[case["field"]], case["input"])) == right(case)
