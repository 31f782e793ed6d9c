"""The logs of all programs become one stream of short lines, in order of events."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deploy.local.screen.log_stream import LogStream, Repetitions
from deploy.local.screen.short_lines import Level, ShortLine

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
Write = Callable[..., None]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Appends an event to a service's log, this many seconds after noon."""

    def append(service: str, second: int, event: str, level: str = "info", **fields: str) -> None:
        at = (NOON + timedelta(seconds=second)).isoformat()
        with (tmp_path / f"{service}.log").open("a") as log:
            log.write(json.dumps({"event": event, "level": level, "timestamp": at, **fields}) + "\n")

    return append


@pytest.fixture
def stream(tmp_path: Path) -> LogStream:
    return LogStream(tmp_path, ["intake", "notifier"])


def told(stream: LogStream, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The next lines that people see, without times."""
    stream.catch_up()
    return [line.partition(" ")[2] for line in capsys.readouterr().out.splitlines()]


def test_lines_of_several_programs_come_in_order(
    stream: LogStream, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    stream.quiet = False
    write("intake", 2, "application moved", state="submitted", reference="ACE-1")
    write("notifier", 1, "email handed over", reference="ACE-1", email="verification-code")
    assert told(stream, capsys) == [
        "notifier email sent ACE-1 verification-code",
        "intake   application submitted ACE-1",
    ]


def test_while_everything_starts_or_stops_only_warnings_and_errors_are_shown(
    stream: LogStream, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    write("intake", 1, "started")
    write("intake", 2, "a bug in this service", "error")
    (line,) = told(stream, capsys)
    assert line.startswith("intake   error: a bug in this service; see ")
    assert line.endswith("intake.log")


def test_a_log_is_followed_through_rotation(
    stream: LogStream, write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stream.quiet = False
    write("intake", 1, "started")
    assert told(stream, capsys) == ["intake   ready"]
    (tmp_path / "intake.log").rename(tmp_path / "intake.log.1")
    write("intake", 2, "started")
    assert told(stream, capsys) == ["intake   ready"]


def test_a_line_is_shown_once_it_is_complete(
    stream: LogStream, write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stream.quiet = False
    write("notifier", 1, "started")
    text = (tmp_path / "notifier.log").read_text()
    (tmp_path / "intake.log").write_text(text[:30])
    assert told(stream, capsys) == ["notifier ready"]
    (tmp_path / "intake.log").write_text(text)
    assert told(stream, capsys) == ["intake   ready"]


def test_a_failure_repeated_each_second_is_shown_once_a_minute() -> None:
    repetitions = Repetitions()
    seconds = [
        second
        for second in range(150)
        if repetitions.is_news(ShortLine(NOON + timedelta(seconds=second), "intake", Level.ERROR, "died"))
    ]
    assert seconds == [0, 60, 120]


def test_good_news_is_never_held_back() -> None:
    repetitions = Repetitions()
    assert all(repetitions.is_news(ShortLine(NOON, "intake", Level.INFO, "ready")) for _ in range(3))
