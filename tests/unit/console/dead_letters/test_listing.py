"""What people read about dead letters."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from services.console.dead_letters import listing
from services.console.dead_letters.dead_letter import DeadLetter
from services.console.dead_letters.selection import group_dead_letters
from shared.messaging.topology import WORK_QUEUES

NOW = datetime(2026, 11, 22, 15, 4, 5, tzinfo=UTC)


def make_dead_letter(queue: str = "notifier.send-email", exception: str = "PermanentFailure") -> DeadLetter:
    return DeadLetter(
        queue=queue,
        id="8d1f5a52-3c0e-4b52-9a55-0a4b7a1c9e01",
        type="application-submitted.v1",
        application=UUID(int=7),
        reason="the email was not handed over in time: the mail server is away",
        exception=exception,
        status=None,
        parked_at=NOW,
        published_at=NOW,
        attempts=3,
        replays=2,
        sender="provisioner",
        by_broker=False,
        size=100,
    )


def test_a_person_reads_words_and_no_names_of_the_language(capsys: pytest.CaptureFixture[str]) -> None:
    listing.print_all([(make_dead_letter(), {"email": "account-ready"})], json=False)
    facts = dict(line.split("  ", 1) for line in capsys.readouterr().out.splitlines())
    assert facts["failure"].strip() == "permanent"
    assert facts["given up by"].strip() == "a worker"
    assert facts["says email"].strip() == "account-ready"
    assert not {"False", "None", "PermanentFailure"} & {value.strip() for value in facts.values()}


def test_a_bug_is_named_because_its_name_helps_to_find_it(capsys: pytest.CaptureFixture[str]) -> None:
    listing.print_all([(make_dead_letter(exception="KeyError"), None)], json=False)
    assert "KeyError" in capsys.readouterr().out


def test_a_list_in_a_pipe_fits_a_screen(capsys: pytest.CaptureFixture[str]) -> None:
    letters = [make_dead_letter(queue.name) for queue in WORK_QUEUES]
    listing.print_groups(group_dead_letters(letters), json=False)
    listing.print_each(letters, json=False)
    printed = capsys.readouterr().out
    assert "first 2026-11-22 15:04:05 UTC, last 2026-11-22 15:04:05 UTC, replayed up to 2 times" in printed
    assert max(map(len, printed.splitlines())) <= 100
