"""The content of an email as it goes over the wire."""

import pytest
from aiosmtplib.protocol import PERIOD_REGEX, normalize_message_line_endings
from hypothesis import given
from hypothesis import strategies as some

from services.notifier.connections import quote_periods

LINES = some.lists(some.sampled_from([b"", b".", b"..", b".a", b"a.", b"a\tb", "\u00fc.".encode()]), max_size=8)


@given(LINES)
def test_lines_with_periods_are_quoted_as_the_library_does(lines: list[bytes]) -> None:
    content = b"\r\n".join([b"From: ace@example.gov", *lines, b""])
    by_library = PERIOD_REGEX.sub(b"..", normalize_message_line_endings(content)) + b".\r\n"
    assert quote_periods(content) == by_library


def test_a_period_that_begins_the_content_is_quoted() -> None:
    assert quote_periods(b".\r\n") == b"..\r\n.\r\n"


@pytest.mark.parametrize("ending", [b"\n.\r\n", b"\r.\r\n", b"\n\r\n", b"\r\r\n", b"\n\r", b""])
def test_an_email_with_another_line_end_is_not_sent(ending: bytes) -> None:
    with pytest.raises(ValueError, match="CRLF"):
        quote_periods(b"Subject: A\r\n\r\ntext" + ending)
