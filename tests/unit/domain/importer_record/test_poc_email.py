"""The point of contact's email address in a record."""

import pytest

from shared.domain.importer_record.poc_email import LONGEST, Fault, PocEmail, read


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("pat@harbor.example", "pat@harbor.example"),
        ("Pat Lee <Pat.Lee@Harbor.example>", "Pat.Lee@harbor.example"),
        ("\u0130brahim@turk.example", "\u0130brahim@turk.example"),
        ("una.o\u2019neill@m\u00fcller.example", "una.o'neill@xn--mller-kva.example"),
    ],
)
def test_an_address_is_read_as_on_the_form_and_keeps_its_case(text: str, address: str) -> None:
    assert read(text) == PocEmail(address)


@pytest.mark.parametrize("text", ["", "  ", "\u200b", "N/A", "n/a", "none", "None", "-", "--"])
def test_nothing_and_the_words_for_it_are_missing(text: str) -> None:
    assert read(text) == PocEmail("", Fault.MISSING)


@pytest.mark.parametrize(
    "text",
    [
        "a@one.example; b@two.example",
        "a@one.example,b@two.example",
        "a@one.example / b@two.example",
        "a@one.example b@two.example",
        "Pat <a@one.example>, Lee <b@two.example>",
    ],
)
def test_two_addresses_count_as_none(text: str) -> None:
    assert read(text) == PocEmail("", Fault.SEVERAL)


@pytest.mark.parametrize(
    "text", ["nobody", "a@b@c.example", "@harbor.example", "=?utf-8?q?pat?=@harbor.example", "x" * 9_999]
)
def test_an_invalid_address_is_malformed(text: str) -> None:
    assert read(text) == PocEmail("", Fault.MALFORMED)


@pytest.mark.parametrize("text", ["none@none.com", "Test@Test.com", "<noemail@harbor.example>"])
def test_a_placeholder_is_not_a_contact(text: str) -> None:
    assert read(text) == PocEmail("", Fault.PLACEHOLDER)


def test_the_same_mailbox_has_one_comparable_form() -> None:
    assert read("Pat@Harbor.example").comparable == read("pat@harbor.EXAMPLE").comparable != ""
    assert read("none@none.com").comparable == read("").comparable


def test_a_text_longer_than_any_address_is_malformed_whatever_is_in_it() -> None:
    assert read("a@one.example" + " " * LONGEST) == PocEmail("", Fault.MALFORMED)
