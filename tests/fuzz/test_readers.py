"""Any text in any field: a normal form or a rule, at once, and never more than a field's length is read."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.forms.fields import LIMITS
from shared.domain.errors import Invalid
from shared.domain.fields import telephone
from shared.domain.form import account_request, verification_code
from shared.domain.form.account_details import AccountDetails
from shared.domain.geography import countries, postal_code, states
from shared.domain.importer_record import company_name, poc_email, record_status
from tests import cases as typed
from tests.fuzz.cases import cases, soon
from tests.fuzz.hostile import TRAPS, texts

COUNTRIES = ("US", "CA", "MX", "GB", "JP", "LV", "AE", "")
Read = Callable[[str], str]


def read_detail(field: str, country: str = "US") -> Read:
    """Reads a field of page 3 beside a country."""

    def read(text: str) -> str:
        values, broken = AccountDetails.read({"country": country, field: text})
        if field in broken:
            raise Invalid(broken[field])
        return values[field]

    return read


READERS: dict[str, Read] = {
    **account_request.RULES,
    "code": verification_code.parse,
    **{field: read_detail(field) for field in AccountDetails.model_fields},
}
TABLES = {"organizational_structure": (), "first_name": ("Ada",), "middle_name": ("B.",), "last_name": ("O'Neill",)}
MORE = {
    "street_address": ("1 Main St",),
    "city": ("Springfield",),
    "code": ("7K2M-0XQ9",),
    "company_name": ("Acme & Co. Ltd",),
}
EXAMPLES = TABLES | MORE
MOST = {field: 4 * max(longest, 60) for field, longest in LIMITS.items()}
"""Characters that each reader looks at: four for each that may be left once it is normalized."""


def examples_of(field: str) -> tuple[str, ...]:
    if field in EXAMPLES:
        return EXAMPLES[field] or ("Corporation",)
    return tuple(case["input"] for case in typed.cases(field) if case["outcome"] == "accepted")[:200]


@pytest.mark.parametrize("field", READERS)
@cases(30)
@given(st.data())
def test_any_text_in_a_field_is_normalized_or_breaks_a_rule(field: str, data: st.DataObject) -> None:
    text = data.draw(texts(examples_of(field), surrogates=True))
    with soon():
        try:
            value = READERS[field](text)
        except Invalid as error:
            assert error.rule.replace("-", "").isalpha()  # noqa: PT017  # the other outcome is as good
            return
    assert len(text) <= MOST[field]
    value.encode()
    assert not set(value) & set("\0\r\n\x1b\u202e\u2066")


@pytest.mark.parametrize("field", READERS)
@pytest.mark.parametrize("shape", ["a", "1", "a\u0301\u0316", "\ufdfa", "- ", ".a", "\u202d", "\u200b", " "])
def test_a_text_of_any_length_is_refused_before_it_is_read(field: str, shape: str) -> None:
    with soon():
        for _ in range(100):  # a hundred times: what is read at all would show
            with pytest.raises(Invalid):
                READERS[field](shape * 500_000)


@cases(60)
@given(texts(["90210", "K1A 0B1", "100-0001"]), st.sampled_from(COUNTRIES))
def test_any_place_and_number_is_read_for_any_country(text: str, country: str) -> None:
    place = country or "US"
    reads: tuple[Read, ...] = (
        countries.parse,
        partial(states.parse, country=place),
        partial(postal_code.parse, country=place),
        partial(telephone.parse, country=country or None),
    )
    with soon():
        for read in reads:
            with suppress(Invalid):
                assert isinstance(read(text), str)


@cases(60)
@given(texts(["a@b.example; c@d.example", "Jo <jo@acme.example>", "n/a"], surrogates=True), st.sampled_from(TRAPS))
def test_any_address_and_status_in_a_record_has_an_answer(text: str, trap: str) -> None:
    with soon():
        found = poc_email.read(text)
        assert bool(found.address) != bool(found.fault)
        found.address.encode()
        record_status.parse(text)
        record_status.parse(f"10{trap}active")


NAMES = [case["record"] for case in typed.cases("company_name")]


@cases(100)
@given(st.lists(texts(NAMES), min_size=2, max_size=2))
def test_any_two_names_are_compared_alike_in_both_directions(both: list[str]) -> None:
    try:
        one, other = map(company_name.parse, both)
    except Invalid:
        return
    with soon():
        assert company_name.record_matches(one, one)
        assert company_name.same_name(one, other) == company_name.same_name(other, one)
        if company_name.same_name(one, other):
            assert company_name.make_coarsest(one) == company_name.make_coarsest(other)
