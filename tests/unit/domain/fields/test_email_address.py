"""Email addresses: one normal form for loader, services and blind index."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.fields import email_address
from tests.cases import Case, cases
from tests.unit.domain.refusals import attempt, broken_rule

ENCODED = [case["input"] for case in cases("email") if case["kind"] == "encoded-word" and " " not in case["input"]]

addresses = st.builds(
    "{}@{}.example".format,
    st.from_regex(r"[a-zA-Z0-9_+]{1,10}(\.[a-zA-Z0-9-]{1,10})?", fullmatch=True),
    st.from_regex(r"[a-zA-Z0-9]{1,12}", fullmatch=True),
)


@pytest.mark.parametrize("case", cases("email"), ids=lambda case: case["input"])
def test_text_in_place_of_an_address_has_its_outcome(case: Case) -> None:
    accepted, refusal = attempt(email_address.parse, case["input"])
    assert ("refused" if refusal else "accepted", accepted or "") == (case["outcome"], case["value"])
    assert refusal == (case["rule"] or refusal)


@pytest.mark.parametrize(
    "typed",
    ["a@\u0646\u0627\u0645\u0647\u200c\u0627\u06cc.example", "\u0639\u0644\u06cc\u200c\u0631\u0636\u0627@example.com"],
)
def test_an_address_that_would_change_without_its_joiner_is_refused(typed: str) -> None:
    assert broken_rule(email_address.parse, typed) == "malformed"
    named = "\u0639\u0644\u06cc\u200c\u0631\u0636\u0627 <ja\u200dne@example.com>"
    assert email_address.parse(named) == "jane@example.com"


@pytest.mark.parametrize("typed", ENCODED)
def test_an_encoded_word_is_refused_whatever_surrounds_it(typed: str) -> None:
    for wrapped in (typed, f"Ada King <{typed}>", f"mailto:{typed}", f"'{typed}'", f"Email: {typed};"):
        assert broken_rule(email_address.parse, wrapped) == "malformed"


@given(addresses)
def test_case_never_makes_two_addresses_of_one(address: str) -> None:
    forms = {
        email_address.normalize(email_address.parse(typed)) for typed in (address, address.upper(), address.lower())
    }
    assert len(forms) == 1


@given(addresses | st.builds("{}@example.com".format, st.text(min_size=1, max_size=20)))
def test_the_normal_form_is_its_own_normal_form(typed: str) -> None:
    accepted, refusal = attempt(email_address.parse, typed)
    if accepted:
        assert email_address.parse(accepted) == accepted
        indexed = email_address.normalize(accepted)
        assert email_address.normalize(indexed) == indexed
        assert email_address.normalize(email_address.parse(indexed)) == indexed
    else:
        assert refusal


def test_letters_that_grow_in_lower_case_name_another_mailbox_than_the_plain_ones() -> None:
    accepted = email_address.parse("\u0130brahim@turk.example")
    assert accepted == "\u0130brahim@turk.example"
    assert email_address.normalize(accepted) != email_address.normalize("ibrahim@turk.example")


@pytest.mark.parametrize(
    "address",
    [
        *("none@none.com", "na@na.com", "unknown@unknown.com", "noemail@noemail.com", "test@test.com", "NONE@NONE.COM"),
        *("none@harbor.example", "no-email@harbor.example", "no.email@harbor.example", "noemail2@harbor.example"),
        *("n/a@harbor.example", "not-available@harbor.example", "harbor.lights@noemail.com", "no-reply@harbor.example"),
        *("test@test.co.uk", "abc@abc.com", "x@x.com", "email@email.com"),
    ],
)
def test_text_that_replaces_a_missing_address_is_a_placeholder(address: str) -> None:
    assert email_address.is_placeholder(email_address.parse(address.replace("n/a", "n_a")))


@pytest.mark.parametrize(
    "address",
    [
        *("nonesuch@harbor.example", "nadia@na-trading.example", "testa@harbor.example", "contact@test-harbor.example"),
        *("nona@harbor.example", "unknown.pleasures@harbor.example", "harbor@harbor.example", "na2@harbor.example"),
        *("noel.mail@harbor.example", "example@harbor.example", "nullah@none-such.example"),
    ],
)
def test_a_persons_possible_name_is_not_a_placeholder(address: str) -> None:
    assert not email_address.is_placeholder(email_address.parse(address))


@pytest.mark.parametrize("typed", ["", "  ", "\t\n"])
def test_nothing_typed_is_missing(typed: str) -> None:
    assert broken_rule(email_address.parse, typed) == "missing"


def test_an_address_holds_no_control_character() -> None:
    assert broken_rule(email_address.parse, "jane\x00@example.com") == "malformed"


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
    assert email_address.make_hint(address) == hint


def test_a_curly_apostrophe_equals_a_plain_one() -> None:
    assert email_address.parse("o\u2019brien@example.com") == "o'brien@example.com"


def test_more_than_64_bytes_before_the_at_are_refused() -> None:
    assert email_address.parse(f"{'j' * 64}@example.com")
    assert broken_rule(email_address.parse, f"{'j' * 65}@example.com") == "malformed"
    assert broken_rule(email_address.parse, f"{'é' * 33}@example.com") == "malformed"
    assert broken_rule(email_address.parse, "j" * 1_000_000) == "too-long"


def test_masking_keeps_the_first_letter_and_the_domain() -> None:
    assert email_address.mask("jane.doe@example.com") == "j***@example.com"
