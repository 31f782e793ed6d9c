"""What fails for now waits, ever longer, and is parked when it is too old."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from shared.contracts.events import CodeIssued
from shared.contracts.problem import Problem
from shared.contracts.replies import Refused
from shared.contracts.state import State
from shared.domain.errors import TransientFailure
from shared.messaging.recovery import BUG_ATTEMPTS
from shared.messaging.topology import RETRY_STEPS
from tests.support.memory.broker import Sent, sent_by
from tests.unit.messaging.decisions import abandons, away_for_now, changes_nothing, raises
from tests.unit.messaging.rig import APPLICATION, SECRET, START, Rig, a_code_issued, a_guess, again, due


def an_email(expires_in: timedelta = timedelta(minutes=10)) -> Sent:
    return sent_by("verifier", a_code_issued(START + expires_in), uuid4(), START, wants_reply=False)


async def delays(rig: Rig, sent: Sent, times: int) -> list[str]:
    """How long a message waits each time that it fails."""
    for _ in range(times):
        await rig.take(away_for_now, sent)
        sent = again(rig.broker.sent[-1], rig.queue.name)
    return [forwarded.exchange.removeprefix("ace.retry.") for forwarded in rig.broker.sent]


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


class TestBugs:
    async def test_a_message_is_tried_five_times_in_all_and_then_parked(self, rig: Rig) -> None:
        sent = a_guess()
        for _ in range(BUG_ATTEMPTS):
            await rig.take(raises(KeyError(SECRET)), sent)
            sent = rig.broker.sent[-1] if rig.broker.sent[-1].exchange else sent
        exchanges = [forwarded.exchange for forwarded in rig.broker.sent if forwarded.exchange]
        assert exchanges == ["ace.retry.1s", *["ace.retry.5s"] * 3, "ace.dead"]
        assert BUG_ATTEMPTS == 5
        assert rig.broker.replies == [
            Refused(
                application_id=APPLICATION,
                problem=Problem.UNAVAILABLE,
                reason="a bug in this service; see the log of that time",
            )
        ]

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


def test_every_wait_leads_back_to_the_queue_that_it_came_from() -> None:
    for step in RETRY_STEPS:
        assert step.arguments["x-dead-letter-exchange"] == ""
        assert "x-dead-letter-routing-key" not in step.arguments
        assert step.arguments["x-message-ttl"] == step.delay.total_seconds() * 1000
