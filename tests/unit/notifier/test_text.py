"""Subjects, times and paragraphs, as mail programs show them."""

import email
import textwrap
from datetime import UTC, datetime
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifier.headers import COLUMNS, write_subject
from services.notifier.paragraphs import Paragraphs, wrap_line
from services.notifier.rendering import format_time
from tests.support.written_emails import EXPIRES_AT, REFERENCE


@given(name=st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")) | st.just(" "), max_size=120))
def test_every_subject_arrives_as_it_was_written(name: str) -> None:
    """In lines that mail servers accept: none is empty, or over 78 characters except for one word (RFC 5322, 2.1.1)."""
    subject = " ".join(f"Your ACE Portal account is ready: {name} ({REFERENCE})".split())

    sent = f"{write_subject(subject)}\r\n\r\n".encode()

    assert email.message_from_bytes(sent, policy=default)["Subject"] == subject
    for line in sent.removeprefix(b"Subject: ").removesuffix(b"\r\n\r\n").split(b"\r\n"):
        assert line.strip()
        assert len(line) <= 78 or b" " not in line.strip()


@pytest.mark.parametrize(
    ("time", "said"),
    [
        (EXPIRES_AT, "3:07 PM Eastern time (20:07 UTC) on November 22, 2026"),
        (datetime(2026, 7, 4, 4, 5, tzinfo=UTC), "12:05 AM Eastern time (04:05 UTC) on July 4, 2026"),
        (
            datetime(2026, 3, 9, 3, 59, 59, tzinfo=UTC),
            "11:59 PM Eastern time (03:59 UTC the next day) on March 8, 2026",
        ),
        (datetime(2026, 12, 31, 17, 0, tzinfo=UTC), "12:00 PM Eastern time (17:00 UTC) on December 31, 2026"),
    ],
)
def test_times_are_in_us_eastern_time(time: datetime, said: str) -> None:
    assert format_time(time) == said


def test_paragraphs_are_filled_and_items_have_a_hanging_indent() -> None:
    long = "word " * 20
    assert Paragraphs(f"One\ntwo\n\n\n\n- {long}\n- three\n\n1. {long}\nmore\n2. four\n").fill({}) == (
        "One two\n\n"
        "- word word word word word word word word word word word word word word word\n"
        "  word word word word word\n"
        "- three\n\n"
        "1. word word word word word word word word word word word word word word\n"
        "   word word word word word word more\n"
        "2. four\n"
    )


@given(st.lists(st.text("abc-", min_size=1, max_size=90), min_size=1, max_size=40), st.sampled_from(["", "  ", "   "]))
def test_lines_are_broken_as_the_standard_library_breaks_them(words: list[str], indent: str) -> None:
    line = " ".join(words)
    assert wrap_line(line, indent) == textwrap.fill(
        line, COLUMNS, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
