"""Email addresses: one normal form for loader, services and blind index."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain import email_address
from tests.unit.domain.refusals import attempt, broken_rule

addresses = st.builds(
    "{}@{}.example".format,
    st.from_regex(r"[a-zA-Z0-9_+]{1,10}(\.[a-zA-Z0-9-]{1,10})?", fullmatch=True),
    st.from_regex(r"[a-zA-Z0-9]{1,12}", fullmatch=True),
)


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("Jane.Doe@EXAMPLE.com", "jane.doe@example.com"),
        ("  jane@example.com\n", "jane@example.com"),
        ("jane+ace@example.com", "jane+ace@example.com"),
        ("o'brien@example.com", "o'brien@example.com"),
        ("jane@Bücher.example", "jane@xn--bcher-kva.example"),
        ("jane@xn--bcher-kva.example", "jane@xn--bcher-kva.example"),
        ("Jos\u00e9@example.com", "jos\u00e9@example.com"),
        ("Jose\u0301@example.com", "jos\u00e9@example.com"),
        ("jane@example.test", "jane@example.test"),
    ],
)
def test_an_address_has_one_normal_form(typed: str, normal: str) -> None:
    assert email_address.parse(typed) == normal


@given(addresses)
def test_case_never_makes_two_addresses_of_one(address: str) -> None:
    assert email_address.parse(address.upper()) == email_address.parse(address.lower()) == email_address.parse(address)


@given(addresses | st.builds("{}@example.com".format, st.text(min_size=1, max_size=20)))
def test_the_normal_form_is_its_own_normal_form(typed: str) -> None:
    normal, refusal = attempt(email_address.parse, typed)
    assert refusal or email_address.parse(normal or "") == normal


@pytest.mark.parametrize("typed", ["", "  ", "\t\n"])
def test_nothing_typed_is_missing(typed: str) -> None:
    assert broken_rule(email_address.parse, typed) == "missing"


@pytest.mark.parametrize(
    "typed",
    [
        "jane",
        "jane@",
        "@example.com",
        "jane@example",
        "jane@@example.com",
        "jane@example..com",
        "jane..doe@example.com",
        "jane doe@example.com",
        '"jane doe"@example.com',
        "Jane <jane@example.com>",
        "jane@example.com, joe@example.com",
        "jane@[127.0.0.1]",
        "jane@example.com.",
        "jane@-example.com",
        "jane@example.com\nBcc: joe@example.com",
        "jane\u200b@example.com",
        "jane\x00@example.com",
    ],
)
def test_what_is_no_address_is_malformed(typed: str) -> None:
    assert broken_rule(email_address.parse, typed) == "malformed"


def test_an_address_longer_than_mail_servers_take_is_refused() -> None:
    domain = ".".join(["a" * 60] * 4)
    assert broken_rule(email_address.parse, f"{'j' * 20}@{domain}.com") == "too-long"
    assert broken_rule(email_address.parse, "j" * 1_000_000) == "too-long"


@given(st.text(max_size=80))
def test_a_refusal_never_quotes_the_address(typed: str) -> None:
    assert attempt(email_address.parse, typed)[1] in {"", "missing", "too-long", "malformed"}


@pytest.mark.parametrize(
    ("address", "hint"),
    [
        ("jane.doe@example.com", "j***@e***.com"),
        ("j@example.com", "j***@e***.com"),
        ("pat@mail.brokers.co.uk", "p***@m***.uk"),
    ],
)
def test_a_hint_says_neither_the_mailbox_nor_its_domain_nor_how_long_they_are(address: str, hint: str) -> None:
    assert email_address.hint(address) == hint


@pytest.mark.parametrize(
    "typed",
    [
        "Jane <jane@example.com>",
        '"Doe, Jane" <Jane@Example.com>',
        "<jane@example.com>",
        "<jane@example.com>,",
        "mailto:jane@example.com",
        "MAILTO:jane@example.com?subject=Hello",
        "Jane <mailto:jane@example.com>",
        "jane@example.com.",
        "jane@example.com;",
        "Email: jane@example.com",
        "Email address: Jane <jane@example.com>",
        "'jane@example.com'",
        "\u200bjane@exam\u00adple.com\u00a0",
        "\uff4a\uff41\uff4e\uff45\uff20\uff45\uff58\uff41\uff4d\uff50\uff4c\uff45\uff0e\uff43\uff4f\uff4d",
    ],
)
def test_what_comes_along_with_a_copied_address_is_left_out_of_the_form(typed: str) -> None:
    assert email_address.parse_typed(typed) == "jane@example.com"


def test_a_curly_apostrophe_is_meant_as_a_plain_one() -> None:
    assert email_address.parse_typed("o\u2019brien@example.com") == "o'brien@example.com"


@pytest.mark.parametrize(
    "typed",
    [
        "jane@example.com, joe@example.com",
        "Jane <jane@example.com> Joe <joe@example.com>",
        "jane@example.com <joe@example.com>",
        "Jane jane@example.com",
        "<>",
        "mailto:",
        "jane",
    ],
)
def test_which_address_is_meant_is_not_guessed(typed: str) -> None:
    assert broken_rule(email_address.parse_typed, typed) in {"malformed", "missing"}


@given(addresses)
def test_an_address_in_its_normal_form_is_typed_as_it_is(address: str) -> None:
    assert email_address.parse_typed(email_address.parse(address)) == email_address.parse(address)


def test_more_than_64_bytes_before_the_at_are_refused() -> None:
    assert email_address.parse(f"{'j' * 64}@example.com")
    assert broken_rule(email_address.parse, f"{'j' * 65}@example.com") == "malformed"
    assert broken_rule(email_address.parse, f"{'é' * 33}@example.com") == "malformed"
    assert broken_rule(email_address.parse_typed, "j" * 1_000_000) == "too-long"


def test_masking_keeps_the_first_letter_and_the_domain() -> None:
    assert email_address.masked("jane.doe@example.com") == "j***@example.com"
