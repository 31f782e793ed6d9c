"""What logs hide, however deeply nested, and what they leave alone."""

import unicodedata
from datetime import UTC, datetime
from time import process_time
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain import account, reference
from shared.domain.fields.text import DASHES
from shared.security import redaction
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


EVERY_DASH = sorted(
    {chr(code) for code in DASHES}
    | {character for character in map(chr, range(0x20000)) if unicodedata.category(character) == "Pd"}
)


@pytest.mark.parametrize("dash", EVERY_DASH, ids=lambda dash: f"U+{ord(dash):04X}")
def test_numbers_and_codes_are_hidden_with_any_dash(dash: str) -> None:
    for written in ("12-3456789AB", "12-3456789-AB", "250101-12345", "123-45-6789", "7K2M-0XQ9", "7k2m-0xq9"):
        assert redact(f"not {written.replace('-', dash)}!") == "not ***!"


@pytest.mark.parametrize(
    "written",
    [
        "123456789",
        "12345678900",
        "123456789AB",
        "123456789ab",
        "123456789-00",
        "25010112345",
        "123 45 6789",
        "123  45  6789",
        "123 - 45 - 6789",
        "123\u00a045\u202f6789",
        "123\u200b-45\u200b-6789",
        "123_45_6789",
        "123-456789",
        "12345-6789",
        "12 3456789",
        "12 3456789 AB",
        "12_3456789_ab",
        "12-3456789-00",
        "250101 12345",
        "250101_12345",
        "\uff11\uff12\uff13-\uff14\uff15-\uff16\uff17\uff18\uff19",
        "ssn_123456789",
        "SSN-123-45-6789",
        "IR123-45-6789",
        "7K2M0XQ9",
        "7k2m0xq9",
        "7k2m-0xq9",
        "7k2m_0xq9",
        "7K2M 0XQ9",
        "KMNP-QRST",
        "ABEY-ACED",
        "kmnpqrst",
        "kmnp-qrst",
    ],
)
def test_numbers_and_codes_are_hidden_however_they_are_written(written: str) -> None:
    for before, after in (("", ""), ("not ", "."), ("=", ","), ('"', '"'), ("(", ")"), ("\n", "\n"), ("/", "?x")):
        shown = redact(f"{before}{written}{after}")
        assert shown.endswith(f"***{after}")
        assert not set("3456789kKxX") & set(shown.removesuffix(after))


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
        "00123456-1234-1234-1234-123456789012",
        "a152b152-1234-1234-a152-207536c1fb13",
        "3f9e2c1a7b5d4e6f8a9b0c1d2e3f4a5b",
        "2026-11-29 03:33:12.343121+00:00 [warning] <0.216.0> Classic peer discovery",
        "2026-11-29T03:35:04.123456789Z",
        "20261129T033313.123456Z",
        "1764387312345",
        "1764387312",
        "10.0.0.12:54321 to 172.16.254.1:5672",
        "2001:db8:0:12:3456:789a:bcde:f012",
        "RabbitMQ 4.0.5 on Erlang 27.3.4.1, MongoDB 6.0.27, 123.0.6312.58",
        "gateway-7d9f8c6b5-x2x4k ip-10-123-45-6789 mx01-eu02.example 7k2m0xq9.example",
        "smtp-0001",
        "rabbit@ace-1",
        "A-1234-5678-9012, ACE-1234-5678 and ACE-7K2M-0XQ9",
        "12,345,678 of 123,456,789 messages, 1.123456789 s, 123456789.5 s, 1234567890 bytes",
        "accepted, expected, replaced, attempts, messages, gateways, rejected",
        "REJECTED: access_refused (404, 'NOT_FOUND')",
        "20261129",
        "gateway.replies.gateway.3f9e2c1a7b5d4e6f",
        "703-555-0100 +1-703-555-0100",
        "intake.submit-details:acknowledge:2:after",
        "451 4.7.1 at DATA, 5.1.1",
        "send-next",
    ],
)
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert redact(text) == text


def test_what_is_hidden_can_be_told_apart() -> None:
    shown = "o'brien@example.com asked for 12-3456789AB with 7K2M-0XQ9"
    assert redact(shown) == "***@*** asked for *** with ***"


NUMBERS = (123456789, 12345678900, 1.5, True, None)


def test_counts_and_times_that_are_numbers_are_left_alone() -> None:
    assert redact(list(NUMBERS)) == list(NUMBERS)


PIECES = [
    *("a", "0", "_", "-", " ", ".", "@", "\u2013", "\u200b", "\n", "{", "/"),
    *("a.", "a-", "a@", "a@b", "a@b.", "a@b-", "@@b", "a@b.c", "=a"),
    *("0-", "00-", "000-", "0000-", "1 ", "  -- 1", "123-45-", "12-3456789", "123456789", "AB12-", "7k2m", "accepted"),
    "Ab9+/",
]
"""Parts that a text may repeat: for each one, some part of the patterns may begin at every character."""


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize("head", ["", "a@"])
def test_the_work_grows_in_proportion_to_the_text(piece: str, head: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redaction, "LONGEST", 1_000_000)
    short, long = (_measure(head + piece * (length // len(piece))) for length in (1_000, 24_000))
    assert long < 24 * 8 * short, "24 times as long took far more than 24 times as much: quadratic would be 576"


def _measure(text: str) -> float:
    """The CPU time that one text takes, the least of several tries."""
    times = []
    for _ in range(4):
        begun = process_time()
        for _ in range(max(1, 4_000 // len(text))):
            redact(text)
        times.append((process_time() - begun) / max(1, 4_000 // len(text)))
    return min(times)


@pytest.mark.parametrize("datum", ["123-45-6789", "12-3456789AB", "7k2m0xq9", f"{'a' * 60}@{'b' * 60}.{'c' * 60}.com"])
def test_a_long_text_is_cut_and_shows_no_part_of_a_number_at_the_cut(datum: str) -> None:
    for at in range(redaction.LONGEST - len(datum) - 2, redaction.LONGEST + 2):
        shown = redact("." * (at - 1) + " " + datum + " " + "." * 90_000)
        assert datum[:2] not in shown
        assert shown.endswith(f".... (cut; {at + len(datum) + 90_001:,} characters)")
        assert len(shown) < redaction.LONGEST


def test_a_text_of_the_greatest_length_is_not_cut() -> None:
    assert redact("." * redaction.LONGEST) == "." * redaction.LONGEST
