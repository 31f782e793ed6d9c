"""What can never be done goes among the dead letters, and its sender is told."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.commands import AskOutcome, CheckCode, StartApplication
from shared.contracts.events import CodeIssued
from shared.contracts.problem import Problem
from shared.contracts.replies import Refused
from shared.domain.errors import PermanentFailure, TransientFailure
from shared.domain.parking import MOST_MARKS
from shared.messaging.delivery import read
from shared.messaging.permissions import name_replies
from tests.support.memory.broker import Channel, Sent, delivered, sent_by
from tests.unit.messaging.decisions import changes_nothing, raises
from tests.unit.messaging.rig import (
    APPLICATION,
    GATEWAY,
    SEALED,
    SECRET,
    START,
    WORKER,
    Rig,
    a_code_issued,
    a_guess,
    due,
)


def told(reason: str, problem: Problem = Problem.UNAVAILABLE) -> Refused:
    return Refused(application_id=APPLICATION, problem=problem, reason=reason)


class TestPermanentFailures:
    async def test_the_message_goes_among_the_dead_letters_with_its_reason(self, rig: Rig) -> None:
        sent = await rig.take(raises(PermanentFailure("it does not open")))
        [dead] = rig.broker.to("ace.dead")
        assert dead.routing_key == "verifier.check-code.dead"
        assert (dead.body, dead.type, dead.message_id) == (sent.body, sent.type, sent.message_id)
        assert dead.headers["ace-reason"] == "it does not open"
        assert dead.headers["ace-exception"] == "PermanentFailure"
        assert dead.headers["ace-queue"] == "verifier.check-code"
        assert dead.headers["ace-parked-at"] == START.isoformat()
        assert "ace-status" not in dead.headers

    async def test_a_mail_servers_status_goes_along(self, emails: Rig) -> None:
        await emails.take(raises(PermanentFailure("the mail server refused it", status=550)), due())
        assert emails.broker.to("ace.dead")[0].headers["ace-status"] == "550"

    async def test_the_application_is_marked_and_the_waiting_person_told_before_it_is_acknowledged(
        self, rig: Rig
    ) -> None:
        sent = await rig.take(raises(PermanentFailure("it does not open")))
        assert rig.journal == ["marked", "forwarded to ace.dead", "replied refused", "acknowledged"]
        assert rig.broker.replies == [told("it does not open")]
        [parked] = rig.application.parked.values()
        assert (parked.message_id, parked.message, parked.reason, parked.at) == (
            UUID(sent.message_id),
            "check-code",
            "it does not open",
            START,
        )

    async def test_an_event_that_is_parked_marks_the_application_and_answers_nobody(self, emails: Rig) -> None:
        await emails.take(raises(PermanentFailure("it cannot be written")), due())
        assert emails.application.parked
        assert emails.broker.replies == []

    async def test_a_database_that_is_away_does_not_keep_it_from_the_dead_letters(self, rig: Rig) -> None:
        rig.store.failure = lambda what: TransientFailure("the database is away") if what == "mark" else None
        await rig.take(raises(PermanentFailure("it does not open")))
        assert rig.journal == ["forwarded to ace.dead", "replied refused", "acknowledged"]

    async def test_a_start_that_is_parked_leaves_a_placeholder_that_can_be_asked_about(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        rig = Rig(monkeypatch, StartApplication, is_begun=False)
        id = uuid4()
        start = StartApplication(application_id=APPLICATION, taken_at=START, request=SEALED)
        await rig.take(raises(PermanentFailure("it does not open")), sent_by(GATEWAY, start, id, START))
        assert rig.application.is_placeholder
        assert rig.application.gateway == GATEWAY
        assert rig.application.parked.keys() == {id}

    async def test_a_placeholder_is_never_of_the_future(self, monkeypatch: pytest.MonkeyPatch) -> None:
        rig = Rig(monkeypatch, StartApplication, is_begun=False)
        start = StartApplication(application_id=APPLICATION, taken_at=START + timedelta(days=30), request=SEALED)
        await rig.take(raises(PermanentFailure("it does not open")), sent_by(GATEWAY, start, uuid4(), START))
        assert rig.application.taken_at == START

    async def test_another_command_that_is_parked_makes_no_application(self, monkeypatch: pytest.MonkeyPatch) -> None:
        rig = Rig(monkeypatch, is_begun=False)
        await rig.take(raises(PermanentFailure("it does not open")))
        assert rig.store.all() == []
        assert rig.journal == ["forwarded to ace.dead", "replied refused", "acknowledged"]


def not_json(sent: Sent) -> Sent:
    return replace(sent, body=f'{{"application_id": "{SECRET}'.encode())


BROKEN: dict[str, Callable[[Sent], Sent]] = {
    "no JSON": not_json,
    "no UTF-8": lambda sent: replace(sent, body=b"\xff\xfe" + SECRET.encode()),
    "a list": lambda sent: replace(sent, body=f'["{SECRET}"]'.encode()),
    "nothing": lambda sent: replace(sent, body=b""),
    "a field of another kind": lambda sent: replace(sent, body=sent.body.replace(b"k1.", SECRET.encode())),
    "an application id that is none": lambda sent: replace(
        sent, body=sent.body.replace(str(APPLICATION).encode(), SECRET.encode())
    ),
    "a time without its zone": lambda sent: replace(sent, body=sent.body.replace(b"Z", b"")),
    "another type": lambda sent: replace(sent, type="submit-details.v1"),
    "an unknown type": lambda sent: replace(sent, type=SECRET),
    "no type": lambda sent: replace(sent, type=None),
    "no id": lambda sent: replace(sent, message_id=None),
    "an id that is none": lambda sent: replace(sent, message_id=SECRET),
    "no user": lambda sent: replace(sent, user_id=None),
    "a header about another application": lambda sent: replace(sent, headers={"ace-application": SECRET}),
}


class TestBrokenMessages:
    @pytest.mark.parametrize("how", BROKEN)
    async def test_one_that_breaks_its_contract_is_parked_at_once(self, rig: Rig, how: str) -> None:
        sent = BROKEN[how](a_guess())
        await rig.take(raises(AssertionError("decided")), sent)
        [dead] = rig.broker.to("ace.dead")
        assert dead.body == sent.body
        assert dead.routing_key == "verifier.check-code.dead"
        assert dead.headers["ace-exception"] == "ContractBroken"
        assert rig.decided == []
        answers = [] if how == "no user" else ["replied refused"]
        assert rig.journal == ["forwarded to ace.dead", *answers, "acknowledged"]
        reason = str(dead.headers["ace-reason"]).removeprefix("it breaks its contract: ")
        assert rig.broker.replies == [told(reason, Problem.CONTRACT_BROKEN)] * len(answers)

    @pytest.mark.parametrize("reply_to", [None, "verifier.check-code", "gateway.replies.another-gateway.0001"])
    async def test_its_sender_is_told_on_a_queue_of_its_own_only(self, rig: Rig, reply_to: str | None) -> None:
        await rig.take(changes_nothing, replace(not_json(a_guess()), reply_to=reply_to))
        assert rig.journal == ["forwarded to ace.dead", "acknowledged"]

    async def test_an_event_that_breaks_its_contract_is_answered_to_nobody(self, emails: Rig) -> None:
        event = replace(due(), reply_to=name_replies("provisioner", "0001"))
        await emails.take(changes_nothing, not_json(event))
        assert emails.journal == ["marked", "forwarded to ace.dead", "acknowledged"]
        assert emails.application.parked.keys() == {UUID(event.message_id)}

    async def test_unreadable_events_do_not_fill_their_application(self, emails: Rig) -> None:
        for _ in range(MOST_MARKS + 5):
            await emails.take(changes_nothing, not_json(due()))
        assert len(emails.application.parked) == MOST_MARKS

    @pytest.mark.parametrize(("late", "is_kept"), [(-timedelta(seconds=1), True), (timedelta(), False)])
    async def test_a_code_that_is_over_is_parked_without_what_was_sealed(
        self, monkeypatch: pytest.MonkeyPatch, late: timedelta, is_kept: bool
    ) -> None:
        rig = Rig(monkeypatch, CodeIssued)
        sent = sent_by("verifier", a_code_issued(START - late), uuid4(), START, wants_reply=False)
        await rig.take(raises(PermanentFailure("no")), sent)
        [dead] = rig.broker.to("ace.dead")
        assert dead.body == (sent.body if is_kept else b"")
        assert dead.headers["ace-reason"] == "no"

    @pytest.mark.parametrize("how", BROKEN)
    async def test_no_reason_and_no_log_line_quotes_what_stood_in_it(self, rig: Rig, how: str) -> None:
        with structlog.testing.capture_logs() as logged:
            await rig.take(raises(AssertionError("decided")), BROKEN[how](a_guess()))
        [dead] = rig.broker.to("ace.dead")
        said = {name: value for name, value in dead.headers.items() if name != "ace-application"}
        assert SECRET not in repr(said)
        assert SECRET not in repr(logged)
        assert logged

    async def test_a_field_that_the_contract_does_not_know_is_ignored(self, rig: Rig) -> None:
        sent = a_guess()
        await rig.take(changes_nothing, replace(sent, body=sent.body[:-1] + b',"new":1}'))
        assert rig.journal == ["acknowledged"]

    @given(st.binary(max_size=80))
    def test_no_body_is_mistaken_for_a_bug_in_this_service(self, body: bytes) -> None:
        with pytest.raises(PermanentFailure):
            read(delivered(replace(a_guess(), body=body), Channel()), CheckCode, WORKER, START)


class TestQuestions:
    @pytest.fixture
    def rig(self, monkeypatch: pytest.MonkeyPatch) -> Rig:
        return Rig(monkeypatch, AskOutcome)

    @pytest.mark.parametrize("failure", [TransientFailure("away"), PermanentFailure("no"), KeyError("x"), None])
    async def test_one_is_never_tried_again_and_never_parked(self, rig: Rig, failure: Exception | None) -> None:
        sent = sent_by(GATEWAY, AskOutcome(application_id=APPLICATION, command_id=uuid4()), uuid4(), START)
        await rig.take(raises(failure) if failure else raises(KeyError()), sent if failure else not_json(sent))
        assert rig.journal == (["acknowledged"] if failure else ["replied refused", "acknowledged"])
        assert rig.application.parked == {}
