"""What logs hide, however deeply nested, and what they leave alone."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain import account, reference
from shared.security.redaction import redact

SUFFIX = "0123456789ABCDEFGHJKLMNPQRSTUVWXYabcdefgh"


def digits(count: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=count, max_size=count)


numbers = (
    st.builds("{}-{}{}".format, digits(2), digits(7), st.text(SUFFIX, max_size=2))
    | st.builds("{}-{}".format, digits(6), digits(5))
    | st.builds("{}-{}-{}".format, digits(3), digits(2), digits(4))
)
addresses = st.builds(
    "{}@{}.{}".format,
    st.from_regex(r"[a-z0-9][a-z0-9._%+'-]{0,12}", fullmatch=True),
    st.from_regex(r"[a-z0-9][a-z0-9-]{0,10}", fullmatch=True),
    st.sampled_from(["com", "co.uk", "example", "xn--p1ai"]),
)
codes = st.from_regex(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", fullmatch=True)
personal = numbers | addresses | codes
around = st.sampled_from(["", " ", " said ", '"', "(", "'", ": ", "=", "\n", ", ", "<", ">", " é "])


def nested(leaf: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    plain = st.none() | st.booleans() | st.integers() | st.just("text")
    return st.recursive(
        leaf | plain,
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.sampled_from(["event", "reason", "exception", "frames"]), inner, max_size=4)
            | st.tuples(inner, inner)
        ),
        max_leaves=12,
    )


@given(around, personal, around)
def test_personal_data_in_a_sentence_is_hidden(before: str, datum: str, after: str) -> None:
    assert datum not in redact(f"{before}{datum}{after}")


@pytest.mark.parametrize("number", ["12-3456789", "12-3456789AB", "12-3456789ab", "250101-12345", "123-45-6789"])
def test_each_format_of_an_importer_number_is_hidden(number: str) -> None:
    assert redact(f"not {number}!") == "not ***!"


@given(personal.flatmap(lambda datum: st.tuples(st.just(datum), nested(st.just(f"before {datum}, after")))))
def test_personal_data_is_hidden_however_deep_it_stands(found: tuple[str, Any]) -> None:
    datum, value = found
    assert datum not in repr(redact(value))


@given(nested(st.text("abcdefghijklmnopqrstuvwxyz .,:;!?", max_size=30)))
def test_what_holds_nothing_personal_keeps_its_shape(value: Any) -> None:
    assert redact(value) == _as_json(value)


def _as_json(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _as_json(inner) for name, inner in value.items()}
    return [_as_json(inner) for inner in value] if isinstance(value, list | tuple) else value


@given(st.uuids())
def test_ids_references_and_account_numbers_are_left_alone(id: UUID) -> None:
    name = reference.derive(id)
    for shown in (str(id), name, account.derive_number(id), f"application {id} is {name}"):
        assert redact(shown) == shown


@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001
def test_times_are_left_alone(time: datetime) -> None:
    for shown in (time.isoformat(), time.replace(tzinfo=UTC).isoformat(), f"{time:%m/%d/%Y}", f"{time:%Y-%m-%d %H:%M}"):
        assert redact(shown) == shown


@pytest.mark.parametrize(
    "text",
    [
        "will be tried again",
        "notifier.send-code.dead",
        "check-code.v1",
        "key k1 is not base64",
        "the mail server refused the email for good (550)",
        "took 12.345 s, 3 of 5",
        "127.0.0.1:5672",
        "amqp://127.0.0.1:5672/",
        "***-**-6789",
        "703-555-0100",
        "20261122-12345",
        "1234-56-7890",
        "v1-123-45-6789",
        "@",
        "user@localhost",
    ],
)
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert redact(text) == text


def test_what_is_hidden_can_be_told_apart() -> None:
    shown = "o'brien@example.com asked for 12-3456789AB with 7K2M-0XQ9"
    assert redact(shown) == "***@*** asked for *** with ***"
