"""docs/contracts-fields.md is right: each field's limit, rules and examples are what the workers do with it."""

import csv
from pathlib import Path

import pytest

from services.gateway.forms.fields import AUTHORIZED, LIMITS
from shared.contracts.sealed import AccountRequest, TypedCode, TypedDetails
from shared.domain import base32
from shared.domain.errors import InvalidFields
from shared.domain.fields import email_address
from shared.domain.form import authorization, verification_code
from shared.domain.form.account_details import AccountDetails
from shared.domain.form.account_request import CheckedRequest
from tests.contract.documented import FIELDS, table_after
from tests.support.broken_commands.command import DETAILS, REQUEST

CASES = Path(__file__).parents[1] / "cases"
ADDRESSES = {
    "US": {"state": "CA", "postal_code": "90802", "telephone": "562-555-0100"},
    "DE": {"state": "", "postal_code": "60311", "telephone": "+49-69-1234567"},
    "GB": {"state": "", "postal_code": "SW1A 1AA", "telephone": "+44-20-7946-0018"},
    "HK": {"state": "", "postal_code": "N/A", "telephone": "+852-2555-0100"},
}
"""Valid addresses, so that only the field that is tried can break a rule."""

ELSEWHERE = ("authorized", "authorization", "code")
"""Fields with tests of their own."""

EMPTY = "(empty)"


def read(field: str, typed: str, country: str = "US") -> tuple[str | None, str | None]:
    """What becomes of a field, or the rule that it breaks."""
    if field in REQUEST:
        try:
            return str(getattr(CheckedRequest.parse({**REQUEST, field: typed}), field)), None
        except InvalidFields as error:
            return None, error.rules.get(field)
    address = {"country": country, **ADDRESSES[country]}
    details = {name: value for name, value in DETAILS.items() if isinstance(value, str)}
    values, broken = AccountDetails.read({**details, **address, field: typed})
    return values.get(field), broken.get(field)


def rows(heading: str) -> list[list[str]]:
    return [[cell.strip("`") for cell in row] for row in table_after(heading, FIELDS)]


def list_codes(cell: str) -> set[str]:
    return {code.strip(" `") for code in cell.split(",")} if "`" in cell else set()


FIELD_ROWS = {row[0].strip("`"): row for row in table_after("Fields", FIELDS)}
EXAMPLES = rows("Examples")
every_field = pytest.mark.parametrize("field", [field for field in FIELD_ROWS if field not in ELSEWHERE])


def test_every_field_of_the_sealed_contents_is_there() -> None:
    contents = (AccountRequest, TypedCode, TypedDetails)
    assert set(FIELD_ROWS) == {field for kind in contents for field in kind.model_fields}


@every_field
def test_a_field_has_its_limit(field: str) -> None:
    longest = int(FIELD_ROWS[field][3])
    chosen = {"email": email_address.LONGEST, "organizational_structure": longest}
    assert longest == chosen.get(field, LIMITS[field])
    assert read(field, "x" * (longest + 1))[1] == "too-long"
    assert read(field, "x" * longest)[1] != "too-long"


@every_field
def test_a_field_is_required_or_not(field: str) -> None:
    country = "HK" if field == "state" else "US"
    is_missing = read(field, "", country)[1] == "missing"
    assert is_missing == (FIELD_ROWS[field][2] == "yes")


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda row: f"{row[0]}-{row[1]}-{row[2]}")
def test_an_example_is_so(example: list[str]) -> None:
    field, country, typed, becomes, rule = (cell.replace(EMPTY, "") for cell in example)
    assert read(field, typed, country or "US") == ((None, rule) if rule else (becomes, None))


@every_field
def test_a_fields_rules_are_those_that_it_can_break(field: str) -> None:
    said = list_codes(FIELD_ROWS[field][4])
    shown = {row[4] for row in EXAMPLES if row[0] == field} - {""}
    tried = {read(field, typed)[1] for typed in ("", "\x07ab", "x" * 401)} - {None}
    known = {row["rule"] for row in _list_cases(field)} - {"", None}
    assert shown | tried | known <= said
    unshown = said - shown - tried
    assert unshown <= {"missing", "unprintable"}, "an example is missing"


def _list_cases(field: str) -> list[dict[str, str]]:
    path = CASES / f"{field}.csv"
    with path.open() if path.exists() else (CASES / "duns.csv").open() as file:
        return [row for row in csv.DictReader(file) if path.exists() and "rule" in row]


def test_every_rule_is_explained() -> None:
    explained = {rule for row in table_after("Rules", FIELDS) for rule in list_codes(row[0])}
    assert explained == {rule for name, row in FIELD_ROWS.items() if name != "code" for rule in list_codes(row[4])}


def test_the_code_is_read_as_described() -> None:
    assert f"`{base32.ALPHABET}`" in FIELDS.read_text()
    assert verification_code.TRIES == 5
    for typed in ("5EHX-MVTS", "5ehx mvts", "Your code: 5EHX-MVTS."):
        assert verification_code.parse(typed) == "5EHXMVTS"
    assert verification_code.parse("ILO0-0000") == "11000000"


def test_the_authorizations_wordings_are_there_to_the_letter() -> None:
    assert {row[0]: row[1] for row in rows("The authorization")} == authorization.WORDINGS
    assert AUTHORIZED.label == authorization.WORDINGS[authorization.NEWEST]
