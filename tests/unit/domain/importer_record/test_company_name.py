"""Company names: when two spellings mean the same company, and when they do not."""

import unicodedata
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.importer_record import company_name
from shared.domain.importer_record.company_name import (
    COARSE_BEGINNING,
    CUT_AT,
    make_coarsest,
    record_matches,
    same_name,
)
from tests.cases import Case, cases
from tests.unit.domain.refusals import broken_rule

FORMS = [
    ("Inc", "Incorporated"),
    ("Co", "Company"),
    ("Corp", "Corporation"),
    ("Ltd", "Limited"),
    ("LLC", "L.L.C."),
    ("LP", "Limited Partnership"),
    ("PLC", "Public Limited Company"),
]

PLAIN = str.maketrans({"\u00e4": "a", "\u00f6": "o", "\u00fc": "u", "\u00f8": "o", "\u00e5": "a"})
WITH_E = str.maketrans({"\u00e4": "ae", "\u00f6": "oe", "\u00fc": "ue", "\u00f8": "oe", "\u00e5": "aa"})

umlauts = st.text("\u00e4\u00f6\u00fc\u00f8\u00e5aeoux ", max_size=60)
names = st.text(max_size=120) | st.text("aAeEéÉßİ .,'&-incorporatedLimited", max_size=40)


@pytest.mark.parametrize(("short", "long"), FORMS)
def test_a_legal_form_is_the_same_in_short_and_in_full(short: str, long: str) -> None:
    for spelling in (long, long.upper(), f"{short}.", f", {short}.", f"({long})"):
        assert same_name(f"Acme {spelling}", f"Acme {short}")


def test_no_legal_form_is_dropped_or_taken_for_another() -> None:
    spellings = ["Acme", *(f"Acme {short}" for short, _ in FORMS), *(f"Acme {short} {short}" for short, _ in FORMS)]
    assert [(a, b) for a, b in combinations(spellings, 2) if same_name(a, b)] == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("\U00031350 Trading", "\U00031351 Trading"),
        ("\u738b\U00031350", "\u738b"),
        ("\u0930\u093e\u092e Exports", "\u0930\u0940\u092e Exports"),
        ("\u0e01\u0e34\u0e19 Imports", "\u0e01\u0e38\u0e19 Imports"),
    ],
)
def test_a_vowel_sign_or_a_letter_that_is_new_makes_another_name(one: str, other: str) -> None:
    assert not same_name(one, other)
    assert same_name(one, one.lower())


def test_a_name_may_be_all_letters_that_are_new() -> None:
    assert company_name.parse("\U00031350") == "\U00031350"


@pytest.mark.parametrize("case", cases("company_name"), ids=lambda case: f"{case['record']}~{case['typed']}")
def test_a_typed_name_matches_the_record_or_does_not(case: Case) -> None:
    assert record_matches(case["record"], case["typed"]) is (case["match"] != "no")
    assert same_name(case["record"], case["typed"]) or case["match"] != "same"


@given(names)
def test_a_name_matches_itself_and_its_own_longer_forms(name: str) -> None:
    assert same_name(name, name)
    assert record_matches(name, name)


@given(names, names)
def test_two_names_are_one_or_two_from_either_side(one: str, other: str) -> None:
    assert same_name(one, other) is same_name(other, one)


@given(umlauts, umlauts)
def test_umlauts_match_one_letter_or_two_from_either_side(one: str, other: str) -> None:
    assert same_name(one, other) is same_name(other, one)


@given(umlauts)
def test_each_umlaut_may_be_written_either_way(name: str) -> None:
    for spelling in (name.translate(WITH_E), name.translate(PLAIN)):
        assert same_name(name, spelling)


@given(names)
def test_case_never_matters(name: str) -> None:
    assert same_name(name.upper(), name.lower())


@given(names, st.sampled_from([" ", "  ", "\u00a0", ".", ",", "-", "'", "\u0301", "\t"]), st.data())
def test_blanks_and_punctuation_never_matter_wherever_they_stand(name: str, added: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(name)))
    assert same_name(name[:place] + added + name[place:], name)


@given(names, st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
def test_the_unicode_form_that_a_keyboard_sends_does_not_matter(name: str, form: str) -> None:
    assert same_name(unicodedata.normalize(form, name), name)  # type: ignore[arg-type]


@given(st.text("abcdefg ", min_size=1, max_size=20).filter(str.strip), st.permutations([short for short, _ in FORMS]))
def test_nothing_matches_across_legal_forms(name: str, forms: list[str]) -> None:
    assert not same_name(f"{name} {forms[0]}", f"{name} {forms[1]}")
    assert not record_matches(f"{name} {forms[0]}", f"{name} {forms[1]}")
    assert not record_matches(f"{name} {forms[0]} DBA {name} {forms[1]}", f"{name} {forms[2]}")


@given(st.text("ABCDEFGHIJK", min_size=CUT_AT, max_size=CUT_AT), st.text("abcdefghijk ", max_size=40))
def test_a_name_that_was_cut_off_is_the_beginning_of_the_typed_one(record: str, rest: str) -> None:
    assert record_matches(record, record + rest)
    assert not record_matches(record[:-1], f"{record[:-1]}x{rest}")


pieces = st.lists(
    st.sampled_from(
        [
            "the",
            "and",
            "&",
            " ",
            "a",
            "e",
            "o",
            "\u00e4",
            "\u00f6",
            "\u00fc",
            "\u00e5",
            "n",
            "d",
            "co",
            "inc",
            "company",
        ]
    ),
    max_size=8,
).map("".join)


@given(pieces, pieces)
def test_two_spellings_of_a_name_are_counted_as_one(one: str, other: str) -> None:
    for spelling in (one.translate(WITH_E), one.translate(PLAIN), one.upper(), f"The {one}", f" {one} ."):
        if same_name(one, spelling):
            assert make_coarsest(one) == make_coarsest(spelling)
    if same_name(one, other):
        assert make_coarsest(one) == make_coarsest(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("BLUE VALUE INC", "BL\u00dc VAL\u00dc Inc."),
        ("HOLLAND CO", "Holl A and ND Company"),
        ("X CO", "and the X co"),
        ("THE SMITH AND SONS AND JONES CO.", "the smith & sons & jones company of the world"),
    ],
)
def test_no_spelling_makes_a_key_of_its_own(one: str, other: str) -> None:
    assert record_matches(one, other)
    length = min(len(make_coarsest(one)), COARSE_BEGINNING)
    assert make_coarsest(one)[:length] == make_coarsest(other)[:length]


def test_a_name_is_kept_as_typed_on_one_line() -> None:
    assert company_name.parse("  Société\n Générale,\t Inc. ") == "Société Générale, Inc."


@pytest.mark.parametrize(
    ("typed", "rule"),
    [
        ("", "missing"),
        (" \t ", "missing"),
        ("...", "malformed"),
        ("& - '", "malformed"),
        ("A" * 121, "too-long"),
        ("A" * 1_000_000, "too-long"),
        ("Acme\x00", "unprintable"),
        ("Acme\u202eInc", "unprintable"),
    ],
)
def test_an_invalid_name_is_refused(typed: str, rule: str) -> None:
    assert broken_rule(company_name.parse, typed) == rule


def test_the_longest_name_is_taken() -> None:
    assert company_name.parse("A" * company_name.LONGEST) == "A" * 120
