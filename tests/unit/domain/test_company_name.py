"""Company names: when two spellings are the same company's, and when they are not."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain import company_name
from shared.domain.company_name import comparable
from tests.unit.domain.refusals import broken_rule

FORMS = [("Inc", "Incorporated"), ("Co", "Company"), ("Corp", "Corporation"), ("Ltd", "Limited"), ("LLC", "L.L.C.")]

names = st.text(max_size=120) | st.text("aAeEéÉßİ .,'&-incorporatedLimited", max_size=40)


@pytest.mark.parametrize(("short", "long"), FORMS)
def test_a_legal_form_is_the_same_in_short_and_in_full(short: str, long: str) -> None:
    for spelling in (long, long.upper(), f"{short}.", f", {short}.", f"({long})"):
        assert comparable(f"Acme {spelling}") == comparable(f"Acme {short}")


def test_no_legal_form_is_dropped_or_taken_for_another() -> None:
    spellings = ["Acme", *(f"Acme {short}" for short, _ in FORMS), *(f"Acme {short} {short}" for short, _ in FORMS)]
    assert len({comparable(spelling) for spelling in spellings}) == len(spellings)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Société Générale Import, Incorporated", "SOCIETE GENERALE IMPORT INC."),
        ("Acme Trading Co., Ltd.", "ACME TRADING COMPANY LIMITED"),
        ("Acme Trading Co.Limited", "Acme Trading Company, Ltd"),
        ("Company Store Corp", "Co. Store Corporation"),
        ("O'Brien Imports", "OBRIEN IMPORTS"),
        ("O\u2019Brien Imports", "O'Brien Imports"),
        ("Hawai\u02bbi Traders", "Hawaii Traders"),
        ("Smith-Jones", "Smith Jones"),
        ("A.B.C. Imports", "ABC Imports"),
        ("Acme   Imports", " AcmeImports "),
        ("Acme In corporated", "Acme Inc"),
        ("Straße Import", "STRASSE IMPORT"),
        ("Bjørn Møller", "BJORN MOLLER"),
        ("Łódź Export", "LODZ EXPORT"),
        ("ＡＣＭＥ　Ｉｎｃ", "Acme Inc"),  # noqa: RUF001
        ("Cafe\u0301 Imports", "Caf\u00e9 Imports"),
        ("\U0001d400cme", "acme"),
        ("Acme \ufb01ne goods", "ACME FINE GOODS"),
        ("Smith & Sons", "Smith Sons"),
    ],
)
def test_case_accents_punctuation_and_spacing_do_not_matter(one: str, other: str) -> None:
    assert comparable(one) == comparable(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme Imports", "Acme Exports"),
        ("Acme Inc", "Acme LLC"),
        ("Acme Inc", "Acme"),
        ("Acme Company", "Acme Corporation"),
        ("Acme 1", "Acme 2"),
        ("Acme & Sons", "Acme and Sons"),
        ("The Acme", "Acme"),
        ("株式会社東京", "株式会社大阪"),
    ],
)
def test_two_companies_stay_two(one: str, other: str) -> None:
    assert comparable(one) != comparable(other)


@given(names)
def test_what_is_compared_is_not_changed_by_comparing_it_again(name: str) -> None:
    assert comparable(comparable(name)) == comparable(name)


@given(names)
def test_case_never_matters(name: str) -> None:
    assert comparable(name.upper()) == comparable(name.lower()) == comparable(name)


@given(names, st.sampled_from([" ", "  ", "\u00a0", ".", ",", "-", "'", "\u0301", "\t"]), st.data())
def test_blanks_and_punctuation_never_matter_wherever_they_stand(name: str, added: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(name)))
    assert comparable(name[:place] + added + name[place:]) == comparable(name)


@given(names, st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
def test_the_unicode_form_that_a_keyboard_sends_does_not_matter(name: str, form: str) -> None:
    assert comparable(unicodedata.normalize(form, name)) == comparable(name)  # type: ignore[arg-type]


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
def test_what_is_no_name_is_refused(typed: str, rule: str) -> None:
    assert broken_rule(company_name.parse, typed) == rule


def test_the_longest_name_is_taken() -> None:
    assert company_name.parse("A" * company_name.LONGEST) == "A" * 120
