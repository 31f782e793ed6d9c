"""What people read about dead letters."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from services.console.dead_letters import listing
from services.console.dead_letters.dead_letter import DeadLetter
from services.console.dead_letters.selection import group_dead_letters
from services.console.dead_letters.sentences import tell
from shared.domain import reference
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


def test_a_dead_letter_reads_as_sentences() -> None:
    said = [*tell(make_dead_letter(), {"email": "account-ready", "content": "sealed"})]
    name = reference.derive(UUID(int=7))
    assert said[0] == f"A message application-submitted.v1 for notifier.send-email, about application {name}."
    assert said[1].startswith("Its worker gave it up 2026-11-22 15:04:05 UTC (")
    assert said[1].endswith("after 4 attempts: the email was not handed over in time: the mail server is away.")
    assert said[2] == "That is a permanent failure: it does not pass by itself."
    assert "by provisioner; 100 bytes." in said[3]
    assert said[4] == "Operators sent it back 2 times already."
    assert said[5] == "It says in clear: email account-ready. Sealed: content."
    assert said[6:] == []
    assert not {"False", "None", "PermanentFailure"} & set(" ".join(said).split())


def test_what_is_not_known_of_a_dead_letter_is_said_so() -> None:
    unknown = replace(
        make_dead_letter(), application=None, published_at=None, parked_at=None, by_broker=True, sender=None
    )
    said = " ".join(tell(unknown, None))
    assert "about no application. The broker gave it up at a time that is not known" in said
    assert "by somebody for whom none of our users vouches" in said
    assert "not shown, because they break the contract" in said


def test_a_broken_contract_is_not_called_our_bug() -> None:
    said = " ".join(tell(make_dead_letter(exception="ContractBroken"), None))
    assert "That is its sender's fault, or a wrong key's: acectl doctor compares keys." in said


def test_a_bug_is_named_because_its_name_helps_to_find_it(capsys: pytest.CaptureFixture[str]) -> None:
    listing.print_all([(make_dead_letter(exception="KeyError"), None)], json=False)
    printed = capsys.readouterr().out
    assert "KeyError" in printed
    assert "acectl dead replay 8d1f5a52-3c0e-4b52-9a55-0a4b7a1c9e01 --dry-run" in " ".join(printed.split())


def test_a_list_in_a_pipe_fits_a_screen(capsys: pytest.CaptureFixture[str]) -> None:
    letters = [make_dead_letter(queue.name) for queue in WORK_QUEUES]
    listing.print_groups(group_dead_letters(letters), json=False)
    listing.print_each(letters, json=False)
    printed = capsys.readouterr().out
    assert "first 2026-11-22 15:04:05 UTC, last 2026-11-22 15:04:05 UTC, replayed up to 2 times" in printed
    assert max(map(len, printed.splitlines())) <= 100
