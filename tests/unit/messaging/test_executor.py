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
from shared.domain.decision import Decision, Situation
from shared.domain.errors import PermanentFailure, TransientFailure
from shared.messaging.delivery import read
from shared.messaging.recovery import DEFECT_ATTEMPTS
from shared.messaging.topology import RETRY_STEPS, WORK_QUEUES, queue_for
from tests.unit.messaging.bench import (
    APPLICATION,
    GATEWAY,
    SEALED,
    START,
    WORKER,
    Bench,
    a_code_issued,
    a_guess,
    an_application,
    an_email_due,
)
from tests.unit.messaging.broker import Channel, Sent, away, delivered, sent_by

SECRET = "123-45-6789"


def raises(trouble: BaseException) -> Callable[..., Decision]:
    def decide(*_: Any) -> Decision:
        raise trouble

    return decide


def abandons(_command: CheckCode, situation: Situation, _facts: Any) -> Decision:
    assert situation.stored
    return Decision(situation.stored.move_to(State.ABANDONED, situation.now, "check-code"))


away_for_now = raises(TransientFailure("the database is away"))


def an_email(expires_in: timedelta = timedelta(minutes=10)) -> Sent:
    return sent_by("verifier", a_code_issued(START + expires_in), uuid4(), START, reply_to=None)


def due() -> Sent:
    return sent_by("provisioner", an_email_due(), uuid4(), START, reply_to=None)


def again(forwarded: Sent, queue: str) -> Sent:
    """What the delay queue returns: the same message, to the queue that its routing key named."""
    assert forwarded.exchange.startswith("ace.retry.")
    assert forwarded.routing_key == queue
    return replace(forwarded, exchange="")


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Bench:
    bench = Bench(monkeypatch)
    bench.store.put(an_application())
    return bench


@pytest.fixture
def emails(monkeypatch: pytest.MonkeyPatch) -> Bench:
    bench = Bench(monkeypatch, EmailDue)
    bench.store.put(an_application())
    return bench


class TestTroubleThatPasses:
    async def test_the_message_waits_unchanged_and_only_then_is_acknowledged(self, bench: Bench) -> None:
        sent = await bench.take(away_for_now)
        [forwarded] = bench.broker.sent
        assert bench.journal == ["forwarded to ace.retry.1s", "acknowledged"]
        assert (forwarded.body, forwarded.type, forwarded.message_id) == (sent.body, sent.type, sent.message_id)
        assert (forwarded.reply_to, forwarded.correlation_id) == (sent.reply_to, sent.correlation_id)
        assert forwarded.timestamp == sent.timestamp
        assert forwarded.routing_key == "verifier.check-code"
        assert forwarded.persist
        assert forwarded.expiration is None

    async def test_how_often_it_was_tried_and_why_ride_along(self, bench: Bench) -> None:
        await bench.take(away_for_now)
        headers = bench.broker.sent[0].headers
        assert headers["ace-attempts"] == 1
        assert headers["ace-reason"] == "the database is away"
        assert headers["ace-application"] == str(APPLICATION)

    async def test_each_time_it_waits_longer_and_at_last_always_the_same(self, emails: Bench) -> None:
        sent = due()
        for _ in range(8):
            await emails.take(away_for_now, sent)
            sent = again(emails.broker.sent[-1], "notifier.send-email")
        waited = [forwarded.exchange.removeprefix("ace.retry.") for forwarded in emails.broker.sent]
        assert waited == ["1s", "5s", "30s", "120s", "600s", "600s", "600s", "600s"]
        assert [forwarded.headers["ace-attempts"] for forwarded in emails.broker.sent] == list(range(1, 9))

    async def test_a_code_email_never_waits_longer_than_thirty_seconds(self, monkeypatch: pytest.MonkeyPatch) -> None:
        codes, sent = Bench(monkeypatch, CodeIssued), an_email()
        for _ in range(6):
            await codes.take(away_for_now, sent)
            sent = again(codes.broker.sent[-1], "notifier.send-code")
        waited = [forwarded.exchange.removeprefix("ace.retry.") for forwarded in codes.broker.sent]
        assert waited == ["1s", "5s", "30s", "30s", "30s", "30s"]

    async def test_a_command_that_a_person_waits_for_never_waits_longer_than_five_seconds(self, bench: Bench) -> None:
        sent = a_guess()
        for _ in range(6):
            await bench.take(away_for_now, sent)
            sent = again(bench.broker.sent[-1], "verifier.check-code")
        assert [forwarded.exchange for forwarded in bench.broker.sent] == ["ace.retry.1s"] + ["ace.retry.5s"] * 5

    async def test_when_it_passed_the_message_is_handled_as_if_it_had_just_come(self, bench: Bench) -> None:
        await bench.take(away_for_now)
        bench.store.trouble = lambda what: None
        await bench.take(abandons, again(bench.broker.sent[0], "verifier.check-code"))
        assert bench.application.state is State.ABANDONED

    @pytest.mark.parametrize("what", ["load", "save"])
    async def test_a_database_that_is_away_is_such_trouble(self, bench: Bench, what: str) -> None:
        bench.store.trouble = lambda doing: TransientFailure("the database is away") if doing == what else None
        await bench.take(abandons)
        assert bench.journal == ["forwarded to ace.retry.1s", "acknowledged"]

    async def test_after_a_day_it_is_parked(self, emails: Bench) -> None:
        emails.clock.passes(hours=24, milliseconds=-1)
        await emails.take(away_for_now, due())
        assert emails.broker.to("ace.dead") == []
        emails.clock.passes(milliseconds=1)
        await emails.take(away_for_now, due())
        [dead] = emails.broker.to("ace.dead")
        assert dead.headers["ace-reason"] == "too old; last failure: the database is away"

    async def test_its_age_is_counted_from_when_it_was_first_published(self, emails: Bench) -> None:
        sent = due()
        for _ in range(5):
            emails.clock.passes(hours=5)
            await emails.take(away_for_now, sent)
            sent = emails.broker.sent[-1]
        assert sent.exchange == "ace.dead"

    async def test_a_message_without_a_time_grows_old_too(self, emails: Bench) -> None:
        await emails.take(away_for_now, replace(due(), timestamp=None))
        emails.clock.at = emails.broker.sent[0].timestamp or START  # the real clock's, from when it was read
        emails.clock.passes(hours=24, seconds=1)
        await emails.take(away_for_now, again(emails.broker.sent[0], "notifier.send-email"))
        assert emails.broker.sent[-1].exchange == "ace.dead"

    async def test_a_code_email_waits_only_until_its_code_expires(self, monkeypatch: pytest.MonkeyPatch) -> None:
        bench = Bench(monkeypatch, CodeIssued)
        bench.clock.passes(minutes=10, milliseconds=-1)
        await bench.take(away_for_now, an_email())
        assert bench.broker.to("ace.dead") == []
        bench.clock.passes(milliseconds=1)
        await bench.take(away_for_now, an_email())
        assert [dead.routing_key for dead in bench.broker.to("ace.dead")] == ["notifier.send-code.dead"]


class TestTroubleThatStays:
    async def test_the_message_goes_among_the_dead_letters_with_its_reason(self, bench: Bench) -> None:
        sent = await bench.take(raises(PermanentFailure("it does not open")))
        [dead] = bench.broker.to("ace.dead")
        assert dead.routing_key == "verifier.check-code.dead"
        assert (dead.body, dead.type, dead.message_id) == (sent.body, sent.type, sent.message_id)
        assert dead.headers["ace-reason"] == "it does not open"
        assert dead.headers["ace-exception"] == "PermanentFailure"
        assert dead.headers["ace-queue"] == "verifier.check-code"
        assert dead.headers["ace-parked-at"] == START.isoformat()
        assert "ace-status" not in dead.headers

    async def test_a_mail_servers_status_goes_along(self, emails: Bench) -> None:
        await emails.take(raises(PermanentFailure("the mail server refused it", status=550)), due())
        assert emails.broker.to("ace.dead")[0].headers["ace-status"] == "550"

    async def test_the_application_is_marked_and_who_waits_is_told_before_it_is_acknowledged(
        self, bench: Bench
    ) -> None:
        sent = await bench.take(raises(PermanentFailure("it does not open")))
        assert bench.journal == ["marked", "forwarded to ace.dead", "replied refused", "acknowledged"]
        assert bench.broker.replies == [Refused(application_id=APPLICATION, problem=Problem.UNAVAILABLE)]
        [parked] = bench.application.parked.values()
        assert (parked.message_id, parked.message, parked.reason, parked.at) == (
            UUID(sent.message_id),
            "check-code",
            "it does not open",
            START,
        )

    async def test_an_event_that_is_parked_marks_the_application_and_answers_nobody(self, emails: Bench) -> None:
        await emails.take(raises(PermanentFailure("it cannot be written")), due())
        assert emails.application.parked
        assert emails.broker.replies == []

    async def test_a_database_that_is_away_does_not_keep_it_from_the_dead_letters(self, bench: Bench) -> None:
        bench.store.trouble = lambda what: TransientFailure("the database is away") if what == "mark" else None
        await bench.take(raises(PermanentFailure("it does not open")))
        assert bench.journal == ["forwarded to ace.dead", "replied refused", "acknowledged"]

    async def test_a_start_that_is_parked_leaves_a_placeholder_that_can_be_asked_about(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        bench = Bench(monkeypatch, StartApplication)
        id = uuid4()
        start = StartApplication(application_id=APPLICATION, taken_at=START, request=SEALED)
        await bench.take(raises(PermanentFailure("it does not open")), sent_by(GATEWAY, start, id, START))
        assert bench.application.is_placeholder
        assert bench.application.gateway == GATEWAY
        assert bench.application.parked.keys() == {id}

    async def test_a_placeholder_is_never_of_the_future(self, monkeypatch: pytest.MonkeyPatch) -> None:
        bench = Bench(monkeypatch, StartApplication)
        start = StartApplication(application_id=APPLICATION, taken_at=START + timedelta(days=30), request=SEALED)
        await bench.take(raises(PermanentFailure("it does not open")), sent_by(GATEWAY, start, uuid4(), START))
        assert bench.application.taken_at == START

    async def test_another_command_that_is_parked_makes_no_application(self, monkeypatch: pytest.MonkeyPatch) -> None:
        bench = Bench(monkeypatch)
        await bench.take(raises(PermanentFailure("it does not open")))
        assert bench.store.all() == []
        assert bench.journal == ["forwarded to ace.dead", "replied refused", "acknowledged"]


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
    async def test_one_that_breaks_its_contract_is_parked_at_once(self, bench: Bench, how: str) -> None:
        sent = BROKEN[how](a_guess())
        await bench.take(raises(AssertionError("decided")), sent)
        [dead] = bench.broker.to("ace.dead")
        assert dead.body == sent.body
        assert dead.routing_key == "verifier.check-code.dead"
        assert dead.headers["ace-exception"] == "PermanentFailure"
        assert bench.decided == []
        assert bench.journal == ["forwarded to ace.dead", "acknowledged"]

    @pytest.mark.parametrize("how", BROKEN)
    async def test_no_reason_and_no_log_line_quotes_what_stood_in_it(self, bench: Bench, how: str) -> None:
        with structlog.testing.capture_logs() as logged:
            await bench.take(raises(AssertionError("decided")), BROKEN[how](a_guess()))
        [dead] = bench.broker.to("ace.dead")
        said = {name: value for name, value in dead.headers.items() if name != "ace-application"}
        assert SECRET not in repr(said)
        assert SECRET not in repr(logged)
        assert logged

    async def test_a_field_that_the_contract_does_not_know_is_ignored(self, bench: Bench) -> None:
        sent = a_guess()
        await bench.take(lambda *_: Decision(), replace(sent, body=sent.body[:-1] + b',"new":1}'))
        assert bench.journal == ["acknowledged"]

    @given(st.binary(max_size=80))
    def test_no_body_whatsoever_is_taken_for_trouble_of_ours(self, body: bytes) -> None:
        with pytest.raises(PermanentFailure):
            read(delivered(replace(a_guess(), body=body), Channel()), CheckCode, WORKER)


class TestDefectsOfOurs:
    async def test_a_message_is_tried_five_times_in_all_and_then_parked(self, bench: Bench) -> None:
        sent = a_guess()
        for _ in range(DEFECT_ATTEMPTS):
            await bench.take(raises(KeyError(SECRET)), sent)
            sent = bench.broker.sent[-1] if bench.broker.sent[-1].exchange else sent
        exchanges = [forwarded.exchange for forwarded in bench.broker.sent if forwarded.exchange]
        assert exchanges == ["ace.retry.1s", *["ace.retry.5s"] * 3, "ace.dead"]
        assert DEFECT_ATTEMPTS == 5
        assert bench.broker.replies == [Refused(application_id=APPLICATION, problem=Problem.UNAVAILABLE)]

    async def test_headers_name_the_exceptions_type_and_never_its_text(self, bench: Bench) -> None:
        await bench.take(raises(KeyError(SECRET)), replace(a_guess(), headers={"ace-attempts": 9, "ace-defects": 4}))
        await bench.take(raises(KeyError(SECRET)))
        dead, waiting = bench.broker.to("ace.dead")[0], bench.broker.to("ace.retry.1s")[0]
        assert dead.headers["ace-exception"] == "KeyError"
        assert dead.headers["ace-reason"] == "a bug in this service; see the log of that time"
        assert waiting.headers["ace-reason"] == "KeyError"
        assert SECRET not in repr((dead.headers, waiting.headers))
        [parked] = bench.application.parked.values()
        assert SECRET not in parked.reason

    async def test_a_defect_in_looking_things_up_is_one_too(self, bench: Bench) -> None:
        async def gather(*_: Any) -> None:
            raise ZeroDivisionError

        await bench.take(lambda *_: Decision(), gather=gather)
        assert bench.journal == ["forwarded to ace.retry.1s", "acknowledged"]

    @pytest.mark.parametrize("attempts", ["many", -1, None, 3.5])
    async def test_a_count_that_is_none_counts_as_the_first_try(self, bench: Bench, attempts: Any) -> None:
        await bench.take(raises(KeyError("x")), replace(a_guess(), headers={"ace-attempts": attempts}))
        assert bench.broker.sent[0].headers["ace-attempts"] == 1


class TestQuestions:
    @pytest.fixture
    def bench(self, monkeypatch: pytest.MonkeyPatch) -> Bench:
        bench = Bench(monkeypatch, AskOutcome)
        bench.store.put(an_application())
        return bench

    @pytest.mark.parametrize("trouble", [TransientFailure("away"), PermanentFailure("no"), KeyError("x"), None])
    async def test_one_is_never_tried_again_and_never_parked(self, bench: Bench, trouble: Exception | None) -> None:
        sent = sent_by(GATEWAY, AskOutcome(application_id=APPLICATION, command_id=uuid4()), uuid4(), START)
        await bench.take(raises(trouble) if trouble else raises(KeyError()), sent if trouble else not_json(sent))
        assert bench.journal == ["acknowledged"]
        assert bench.application.parked == {}


class TestABrokerThatDoesNotConfirm:
    @pytest.mark.parametrize("trouble", [TransientFailure("away"), PermanentFailure("no")])
    async def test_it_insists_until_the_broker_confirms_and_only_then_acknowledges(
        self, bench: Bench, trouble: Exception
    ) -> None:
        bench.broker.refuses = lambda sent: away(sent) if sent.exchange and len(bench.pauses) < 3 else None
        await bench.take(raises(trouble))
        assert len(bench.pauses) == 3
        assert bench.journal[-1] == "acknowledged"
        assert len([sent for sent in bench.broker.sent if sent.exchange]) == 1

    @pytest.mark.parametrize("trouble", [TransientFailure("away"), PermanentFailure("no")])
    async def test_once_the_channel_is_closed_it_leaves_the_delivery_to_the_broker(
        self, bench: Bench, trouble: Exception
    ) -> None:
        def close_at_last() -> None:
            bench.channel.is_closed = len(bench.pauses) >= 2

        bench.broker.refuses = away
        bench.while_pausing = close_at_last
        await bench.take(raises(trouble))
        assert len(bench.pauses) == 2
        assert bench.channel.acknowledged == 0
        assert bench.broker.sent == []

    async def test_on_a_channel_that_is_closed_already_nothing_is_sent_on(self, bench: Bench) -> None:
        def decide(*_: Any) -> Decision:
            bench.channel.is_closed = True
            raise TransientFailure("away")

        await bench.take(decide)
        assert bench.broker.sent == []
        assert bench.channel.acknowledged == 0

    async def test_cancelled_while_insisting_it_settles_nothing(self, bench: Bench) -> None:
        def cancel() -> None:
            raise asyncio.CancelledError

        bench.broker.refuses = away
        bench.while_pausing = cancel
        with pytest.raises(asyncio.CancelledError):
            await bench.take(away_for_now)
        assert bench.channel.acknowledged == 0


class TestWhoSentIt:
    async def test_the_user_is_kept_over_every_wait(self, bench: Bench) -> None:
        sent = a_guess()
        for _ in range(3):
            await bench.take(away_for_now, sent)
            sent = again(bench.broker.sent[-1], "verifier.check-code")
            assert sent.user_id == WORKER
            assert sent.headers["ace-origin"] == GATEWAY
        await bench.take(lambda *_: Decision(), sent)
        assert bench.decided[-1].user == GATEWAY

    async def test_a_claim_to_be_another_is_believed_from_the_worker_itself_only(self, bench: Bench) -> None:
        claims = replace(a_guess(user="another-gateway"), headers={"ace-origin": GATEWAY})
        await bench.take(lambda *_: Decision(), claims)
        assert bench.decided == []
        assert bench.broker.replies == [Refused(application_id=APPLICATION, problem=Problem.SESSION_OVER)]

    async def test_a_claim_to_be_another_does_not_survive_a_wait(self, monkeypatch: pytest.MonkeyPatch) -> None:
        bench = Bench(monkeypatch)
        claims = replace(a_guess(user="another-gateway"), headers={"ace-origin": GATEWAY})
        await bench.take(away_for_now, claims)
        assert bench.broker.sent[0].headers["ace-origin"] == "another-gateway"

    async def test_who_began_a_parked_start_is_who_sent_it_first(self, monkeypatch: pytest.MonkeyPatch) -> None:
        bench = Bench(monkeypatch, StartApplication)
        start = StartApplication(application_id=APPLICATION, taken_at=START, request=SEALED)
        await bench.take(away_for_now, sent_by(GATEWAY, start, uuid4(), START))
        await bench.take(raises(PermanentFailure("no")), again(bench.broker.sent[0], "intake.start-application"))
        assert bench.application.gateway == GATEWAY
        assert bench.broker.to("ace.dead")[0].headers["ace-origin"] == GATEWAY

    async def test_the_brokers_own_headers_are_not_sent_on(self, bench: Bench) -> None:
        await bench.take(away_for_now, replace(a_guess(), headers={"x-death": [], "x-delivery-count": 3, "kept": "1"}))
        names = {"kept", "ace-origin", "ace-attempts", "ace-defects", "ace-reason"}
        assert bench.broker.sent[0].headers.keys() == names


def test_every_wait_leads_back_to_the_queue_that_it_came_from() -> None:
    for step in RETRY_STEPS:
        assert step.arguments["x-dead-letter-exchange"] == ""
        assert "x-dead-letter-routing-key" not in step.arguments
        assert step.arguments["x-message-ttl"] == step.delay.total_seconds() * 1000


def test_every_message_type_has_one_queue_of_each_program_that_takes_it() -> None:
    assert len({queue.name for queue in WORK_QUEUES}) == len(WORK_QUEUES)
    assert len({(queue.message, queue.service) for queue in WORK_QUEUES}) == len(WORK_QUEUES)
    for queue in WORK_QUEUES:
        assert queue_for(queue.message, queue.service) is queue
