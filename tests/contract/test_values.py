"""`docs/values.json` matches the workers' code: whatever it lists is accepted, by code and by name."""

import json
from pathlib import Path
from typing import Any

import pytest

from shared.domain.errors import Invalid
from shared.domain.geography import countries, postal_code, states
from tools.documents import values

WRITTEN = Path(__file__).parents[2] / "docs" / "values.json"
VALUES: dict[str, Any] = json.loads(WRITTEN.read_text())


def test_the_document_is_not_stale() -> None:
    assert WRITTEN.read_text() == values.as_json(), "python -m tools.documents.values > docs/values.json"


def test_every_country_is_accepted_by_its_codes_and_its_name() -> None:
    for code, country in VALUES["countries"].items():
        assert {countries.parse(typed) for typed in (code, country["alpha_3"], country["name"])} == {code}


def test_every_state_is_accepted_by_its_code_and_its_name() -> None:
    for country, names in VALUES["subdivisions"].items():
        for code, name in names.items():
            assert {states.parse(typed, country) for typed in (code, name)} == {code}


def refuses(rule: str, read: Any, *typed: str) -> bool:
    try:
        read(*typed)
    except Invalid as error:
        return error.rule == rule
    return False


@pytest.mark.parametrize("use", ["required", "optional", "none"])
def test_states_and_postal_codes_are_required_where_it_says_so(use: str) -> None:
    by_state = [code for code, country in VALUES["countries"].items() if country["state"] == use]
    assert by_state
    assert {refuses("missing", states.parse, "", code) for code in by_state} == {use == "required"}
    by_code = [code for code, country in VALUES["countries"].items() if country["postal_code"] == use]
    assert by_code
    assert {refuses("needed", postal_code.parse, "N/A", code) for code in by_code} == {use == "required"}
    assert {refuses("not-used", postal_code.parse, "12345", code) for code in by_code} == {use == "none"}
