"""How failures end: waiting for another try, or among the dead letters, with nothing lost."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.commands import AskOutcome, CheckCode, StartApplication
from shared.contracts.events import CodeIssued, EmailDue
from shared.contracts.problem import Problem
from shared.contracts.replies import Refused
from shared.contracts.state import State
from shared.domain.decision import Decision
from shared.domain.errors import PermanentFailure, TransientFailure
from shared.messaging.delivery import read
from shared.messaging.permissions import name_replies
from shared.messaging.recovery import BUG_ATTEMPTS
from shared.messaging.topology import RETRY_STEPS, WORK_QUEUES, find_queue
from tests.support.memory.broker import Channel, Sent, away, delivered, sent_by
from tests.unit.messaging.decisions import abandons, away_for_now, changes_nothing, raises
from tests.unit.messaging.rig import (
    APPLICATION,
    GATEWAY,
    SEALED,
    START,
    WORKER,
    Rig,
    a_code_issued,
    a_guess,
    an_email_due,
)

SECRET = "123-45-6789"


def an_email(expires_in: timedelta = timedelta(minutes=10)) -> Sent:
    return sent_by("verifier", a_code_issued(START + expires_in), uuid4(), START, wants_reply=False)


def due() -> Sent:
    return sent_by("provisioner", an_email_due(), uuid4(), START, wants_reply=False)


def again(forwarded: Sent, queue: str) -> Sent:
    """What the delay queue returns: the same message, to the queue that its routing key named."""
    assert forwarded.exchange.startswith("ace.retry.")
    assert forwarded.routing_key == queue
    return replace(forwarded, exchange="")


async def delays(rig: Rig, sent: Sent, times: int) -> list[str]:
    """How long a message waits each time that it fails."""
    for _ in range(times):
        await rig.take(away_for_now, sent)
        sent = again(rig.broker.sent[-1], rig.queue.name)
    return [forwarded.exchange.removeprefix("ace.retry.") for forwarded in rig.broker.sent]


@pytest.fixture
def emails(monkeypatch: pytest.MonkeyPatch) -> Rig:
    return Rig(monkeypatch, EmailDue)


class TestTransientFailures:
    async def test_the_message_waits_unchanged_and_only_then_is_acknowledged(self, rig: Rig) -> None:
        sent = await rig.take(away_for_now)
        [forwarded] = rig.broker.sent
        assert rig.journal == ["forwarded to ace.retry.1s", "acknowledged"]
        assert (forwarded.body, forwarded.type, forwarded.message_id) == (sent.body, sent.type, sent.message_id)
        assert (forwarded.reply_to, forwarded.correlation_id) == (sent.reply_to, sent.correlation_id)
        assert forwarded.timestamp == sent.timestamp
        assert forwarded.routing_key == "verifier.check-code"
        assert forwarded.persist
        assert forwarded.expiration is None

    async def test_how_often_it_was_tried_and_why_go_along(self, rig: Rig) -> None:
        await rig.take(away_for_now)
        headers = rig.broker.sent[0].headers
        assert headers["ace-attempts"] == 1
        assert headers["ace-reason"] == "the database is away"
        assert headers["ace-application"] == str(APPLICATION)

    async def test_each_time_it_waits_longer_and_at_last_always_the_same(self, emails: Rig) -> None:
        assert await delays(emails, due(), 8) == ["1s", "5s", "30s", "120s", "600s", "600s", "600s", "600s"]
        assert [forwarded.headers["ace-attempts"] for forwarded in emails.broker.sent] == list(range(1, 9))

    async def test_a_code_email_never_waits_longer_than_thirty_seconds(self, monkeypatch: pytest.MonkeyPatch) -> None:
        codes = Rig(monkeypatch, CodeIssued, is_begun=False)
        assert await delays(codes, an_email(), 6) == ["1s", "5s", "30s", "30s", "30s", "30s"]

    async def test_a_command_that_a_person_waits_for_never_waits_longer_than_five_seconds(self, rig: Rig) -> None:
        assert await delays(rig, a_guess(), 6) == ["1s"] + ["5s"] * 5

    async def test_when_it_passed_the_message_is_handled_as_if_it_had_just_come(self, rig: Rig) -> None:
        await rig.take(away_for_now)
        rig.store.failure = lambda what: None
        await rig.take(abandons, again(rig.broker.sent[0], "verifier.check-code"))
        assert rig.application.state is State.ABANDONED

    @pytest.mark.parametrize("what", ["load", "save"])
    async def test_a_database_that_is_away_is_a_transient_failure(self, rig: Rig, what: str) -> None:
        rig.store.failure = lambda doing: TransientFailure("the database is away") if doing == what else None
        await rig.take(abandons)
        assert rig.journal == ["forwarded to ace.retry.1s", "acknowledged"]

    async def test_after_a_day_it_is_parked(self, emails: Rig) -> None:
        emails.clock.passes(hours=24, milliseconds=-1)
        await emails.take(away_for_now, due())
        assert emails.broker.to("ace.dead") == []
        emails.clock.passes(milliseconds=1)
        await emails.take(away_for_now, due())
        [dead] = emails.broker.to("ace.dead")
        assert dead.headers["ace-reason"] == "too old; last failure: the database is away"

    async def test_its_age_is_counted_from_when_it_was_first_published(self, emails: Rig) -> None:
        sent = due()
        for _ in range(5):
            emails.clock.passes(hours=5)
            await emails.take(away_for_now, sent)
            sent = emails.broker.sent[-1]
        assert sent.exchange == "ace.dead"

    async def test_a_message_without_a_time_grows_old_too(self, emails: Rig) -> None:
        await emails.take(away_for_now, replace(due(), timestamp=None))
        emails.clock.at = emails.broker.sent[0].timestamp or START
        emails.clock.passes(hours=24, seconds=1)
        await emails.take(away_for_now, again(emails.broker.sent[0], "notifier.send-email"))
        assert emails.broker.sent[-1].exchange == "ace.dead"

    async def test_a_code_email_waits_only_until_its_code_expires(self, monkeypatch: pytest.MonkeyPatch) -> None:
        rig = Rig(monkeypatch, CodeIssued, is_begun=False)
        rig.clock.passes(minutes=10, milliseconds=-1)
        await rig.take(away_for_now, an_email())
        assert rig.broker.to("ace.dead") == []
        rig.clock.passes(milliseconds=1)
        await rig.take(away_for_now, an_email())
        assert [dead.routing_key for dead in rig.broker.to("ace.dead")] == ["notifier.send-code.dead"]


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
        assert rig.broker.replies == [Refused(application_id=APPLICATION, problem=Problem.UNAVAILABLE)]
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
UNANSWERABLE = ("no user", "a header about another application")


class TestBrokenMessages:
    @pytest.mark.parametrize("how", BROKEN)
    async def test_one_that_breaks_its_contract_is_parked_at_once(self, rig: Rig, how: str) -> None:
        sent = BROKEN[how](a_guess())
        await rig.take(raises(AssertionError("decided")), sent)
        [dead] = rig.broker.to("ace.dead")
        assert dead.body == sent.body
        assert dead.routing_key == "verifier.check-code.dead"
        assert dead.headers["ace-exception"] == "PermanentFailure"
        assert rig.decided == []
        told = [] if how in UNANSWERABLE else ["replied refused"]
        assert rig.journal == ["forwarded to ace.dead", *told, "acknowledged"]
        broken = Refused(application_id=APPLICATION, problem=Problem.CONTRACT_BROKEN)
        assert rig.broker.replies == [broken] * len(told)

    @pytest.mark.parametrize("reply_to", [None, "verifier.check-code", "gateway.replies.another-gateway.0001"])
    async def test_its_sender_is_told_on_a_queue_of_its_own_only(self, rig: Rig, reply_to: str | None) -> None:
        await rig.take(changes_nothing, replace(not_json(a_guess()), reply_to=reply_to))
        assert rig.journal == ["forwarded to ace.dead", "acknowledged"]

    async def test_an_event_that_breaks_its_contract_is_answered_to_nobody(self, emails: Rig) -> None:
        event = replace(due(), reply_to=name_replies("provisioner", "0001"))
        await emails.take(changes_nothing, not_json(event))
        assert emails.journal == ["forwarded to ace.dead", "acknowledged"]

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


class TestBugs:
    async def test_a_message_is_tried_five_times_in_all_and_then_parked(self, rig: Rig) -> None:
        sent = a_guess()
        for _ in range(BUG_ATTEMPTS):
            await rig.take(raises(KeyError(SECRET)), sent)
            sent = rig.broker.sent[-1] if rig.broker.sent[-1].exchange else sent
        exchanges = [forwarded.exchange for forwarded in rig.broker.sent if forwarded.exchange]
        assert exchanges == ["ace.retry.1s", *["ace.retry.5s"] * 3, "ace.dead"]
        assert BUG_ATTEMPTS == 5
        assert rig.broker.replies == [Refused(application_id=APPLICATION, problem=Problem.UNAVAILABLE)]

    async def test_headers_name_the_exceptions_type_and_never_its_text(self, rig: Rig) -> None:
        await rig.take(raises(KeyError(SECRET)), replace(a_guess(), headers={"ace-attempts": 9, "ace-bugs": 4}))
        await rig.take(raises(KeyError(SECRET)))
        dead, waiting = rig.broker.to("ace.dead")[0], rig.broker.to("ace.retry.1s")[0]
        assert dead.headers["ace-exception"] == "KeyError"
        assert dead.headers["ace-reason"] == "a bug in this service; see the log of that time"
        assert waiting.headers["ace-reason"] == "KeyError"
        assert SECRET not in repr((dead.headers, waiting.headers))
        [parked] = rig.application.parked.values()
        assert SECRET not in parked.reason

    async def test_a_bug_in_looking_things_up_is_a_bug_too(self, rig: Rig) -> None:
        async def gather(*_: Any) -> None:
            raise ZeroDivisionError

        await rig.take(changes_nothing, gather=gather)
        assert rig.journal == ["forwarded to ace.retry.1s", "acknowledged"]

    @pytest.mark.parametrize("attempts", ["many", -1, None, 3.5])
    async def test_an_invalid_count_counts_as_the_first_try(self, rig: Rig, attempts: Any) -> None:
        await rig.take(raises(KeyError("x")), replace(a_guess(), headers={"ace-attempts": attempts}))
        assert rig.broker.sent[0].headers["ace-attempts"] == 1


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


class TestABrokerThatDoesNotConfirm:
    @pytest.mark.parametrize("failure", [TransientFailure("away"), PermanentFailure("no")])
    async def test_it_insists_until_the_broker_confirms_and_only_then_acknowledges(
        self, rig: Rig, failure: Exception
    ) -> None:
        rig.broker.refuses = lambda sent: away(sent) if sent.exchange and len(rig.pauses) < 3 else None
        await rig.take(raises(failure))
        assert len(rig.pauses) == 3
        assert rig.journal[-1] == "acknowledged"
        assert len([sent for sent in rig.broker.sent if sent.exchange]) == 1

    @pytest.mark.parametrize("failure", [TransientFailure("away"), PermanentFailure("no")])
    async def test_once_the_channel_is_closed_it_leaves_the_delivery_to_the_broker(
        self, rig: Rig, failure: Exception
    ) -> None:
        def close_at_last() -> None:
            rig.channel.is_closed = len(rig.pauses) >= 2

        rig.broker.refuses = away
        rig.while_pausing = close_at_last
        await rig.take(raises(failure))
        assert len(rig.pauses) == 2
        assert rig.channel.acknowledged == 0
        assert rig.broker.sent == []

    async def test_on_a_channel_that_is_closed_already_nothing_is_sent_on(self, rig: Rig) -> None:
        def decide(*_: Any) -> Decision:
            rig.channel.is_closed = True
            raise TransientFailure("away")

        await rig.take(decide)
        assert rig.broker.sent == []
        assert rig.channel.acknowledged == 0

    async def test_cancelled_while_insisting_it_settles_nothing(self, rig: Rig) -> None:
        def cancel() -> None:
            raise asyncio.CancelledError

        rig.broker.refuses = away
        rig.while_pausing = cancel
        with pytest.raises(asyncio.CancelledError):
            await rig.take(away_for_now)
        assert rig.channel.acknowledged == 0


class TestWhoSentIt:
    async def test_the_user_is_kept_over_every_wait(self, rig: Rig) -> None:
        sent = a_guess()
        for _ in range(3):
            await rig.take(away_for_now, sent)
            sent = again(rig.broker.sent[-1], "verifier.check-code")
            assert sent.user_id == WORKER
            assert sent.headers["ace-origin"] == GATEWAY
        await rig.take(changes_nothing, sent)
        assert rig.decided[-1].user == GATEWAY

    async def test_a_claim_to_be_another_sender_is_believed_only_from_the_worker_itself(self, rig: Rig) -> None:
        claims = replace(a_guess(user="another-gateway"), headers={"ace-origin": GATEWAY})
        await rig.take(changes_nothing, claims)
        assert rig.decided == []
        assert rig.broker.replies == [Refused(application_id=APPLICATION, problem=Problem.SESSION_OVER)]

    async def test_a_claim_to_be_another_sender_does_not_survive_a_wait(self, monkeypatch: pytest.MonkeyPatch) -> None:
        rig = Rig(monkeypatch, is_begun=False)
        claims = replace(a_guess(user="another-gateway"), headers={"ace-origin": GATEWAY})
        await rig.take(away_for_now, claims)
        assert rig.broker.sent[0].headers["ace-origin"] == "another-gateway"

    async def test_the_first_sender_of_a_parked_start_began_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        rig = Rig(monkeypatch, StartApplication, is_begun=False)
        start = StartApplication(application_id=APPLICATION, taken_at=START, request=SEALED)
        await rig.take(away_for_now, sent_by(GATEWAY, start, uuid4(), START))
        await rig.take(raises(PermanentFailure("no")), again(rig.broker.sent[0], "intake.start-application"))
        assert rig.application.gateway == GATEWAY
        assert rig.broker.to("ace.dead")[0].headers["ace-origin"] == GATEWAY

    async def test_the_brokers_own_headers_are_not_sent_on(self, rig: Rig) -> None:
        await rig.take(away_for_now, replace(a_guess(), headers={"x-death": [], "x-delivery-count": 3, "kept": "1"}))
        names = {"kept", "ace-origin", "ace-attempts", "ace-bugs", "ace-reason"}
        assert rig.broker.sent[0].headers.keys() == names


def test_every_wait_leads_back_to_the_queue_that_it_came_from() -> None:
    for step in RETRY_STEPS:
        assert step.arguments["x-dead-letter-exchange"] == ""
        assert "x-dead-letter-routing-key" not in step.arguments
        assert step.arguments["x-message-ttl"] == step.delay.total_seconds() * 1000


def test_every_message_type_has_one_queue_of_each_program_that_takes_it() -> None:
    assert len({queue.name for queue in WORK_QUEUES}) == len(WORK_QUEUES)
    assert len({(queue.message, queue.program) for queue in WORK_QUEUES}) == len(WORK_QUEUES)
    for queue in WORK_QUEUES:
        assert find_queue(queue.message, queue.program) is queue
