"""How dead letters are selected and grouped."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import typer

from services.console.applications.search_term import SearchTerm
from services.console.command_line import options
from services.console.dead_letters.dead_letter import DeadLetter
from services.console.dead_letters.selection import Wanted, group_dead_letters
from shared.domain import reference
from shared.messaging.topology import REPLAYED

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
ABOUT = UUID(int=7)


def letter(**said: Any) -> DeadLetter:
    known: dict[str, Any] = {
        "queue": "notifier.send-email",
        "id": "1",
        "type": "email-due.v1",
        "application": ABOUT,
        "reason": "the mail server refused it",
        "exception": "PermanentFailure",
        "status": "550",
        "parked_at": NOW,
        "published_at": NOW,
        "attempts": 0,
        "replays": 0,
        "sender": "provisioner",
        "by_broker": False,
        "size": 100,
    }
    return DeadLetter(**{**known, **said})


def test_groups_are_of_one_queue_type_and_reason_the_largest_first() -> None:
    [large, small] = group_dead_letters(
        [letter(parked_at=NOW + timedelta(hours=hours), replays=hours) for hours in (2, 0, 1)]
        + [letter(reason="too old", parked_at=None, published_at=None)]
    )
    assert (large.count, large.first, large.last, large.replays) == (3, NOW, NOW + timedelta(hours=2), 2)
    assert (small.count, small.first, small.last) == (1, None, None)


@pytest.mark.parametrize(
    ("wanted", "meant"),
    [
        (Wanted(), True),
        (Wanted(id="1"), True),
        (Wanted(id="2"), False),
        (Wanted(type="email-due"), True),
        (Wanted(type="email-due.v1"), True),
        (Wanted(type="letter"), False),
        (Wanted(matching="REFUSED"), True),
        (Wanted(matching="too old"), False),
        (Wanted(application=str(ABOUT)), True),
        (Wanted(application=reference.derive(ABOUT)), True),
        (Wanted(application=str(UUID(int=8))), False),
        (Wanted(id="1", matching="too old"), False),
    ],
)
def test_all_that_is_named_must_apply(wanted: Wanted, meant: bool) -> None:
    assert wanted.matches(letter()) is meant


def test_a_queue_is_named_with_dead_or_without() -> None:
    [queue] = Wanted(queue="notifier.send-email").queues
    assert Wanted(queue="notifier.send-email.dead").queues == (queue,)
    assert len(Wanted().queues) == len(REPLAYED) == 14


def test_what_ends_soonest_comes_first_and_then_who_is_farther_along() -> None:
    names = [queue.name for queue in Wanted().queues]
    assert names[:5] == [
        "notifier.send-code",
        "verifier.check-code",
        "verifier.issue-code",
        "intake.start-application",
        "intake.submit-details",
    ]
    assert set(names) == set(REPLAYED)


@pytest.mark.parametrize(
    ("typed", "kind", "masked"),
    [
        ("ace-dxaz-eprv", "reference", "ACE-DXAZ-EPRV"),
        ("987-65-4320", "importer", "***-**-4320"),
        (" Ada@Acme.example\n", "email", "A***@acme.example"),
    ],
)
def test_what_an_operator_types_is_recognized_and_shown_masked(typed: str, kind: str, masked: str) -> None:
    found = SearchTerm.read(typed)
    assert (found.kind, found.masked) == (kind, masked)
    assert found.normal not in repr(found) or kind == "reference"


@pytest.mark.parametrize("typed", ["12-3456789", "987654320", "ada@", "nobody", ""])
def test_what_is_none_of_the_three_is_not_repeated(typed: str) -> None:
    with pytest.raises(typer.BadParameter) as refused:
        SearchTerm.read(typed)
    assert not typed or typed not in str(refused.value)


def test_the_operator_is_the_machines_user_or_the_given_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USER", "somebody else")
    monkeypatch.setenv("LOGNAME", "somebody else")
    assert "somebody else" not in options.name_operator(None)
    assert options.name_operator(" Ada Lovelace ") == "Ada Lovelace"
