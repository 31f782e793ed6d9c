"""The health line is green only where everything was looked at, and people can apply."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.console.checks.verdict import Verdict
from services.console.health.facts import BrokerFacts, DatabaseFacts, Failure, HealthFacts, MailFacts
from services.console.health.judge import Health, judge_health
from services.console.health.part import Part
from services.console.queues.queue_statistics import QueueStatistics
from shared.messaging.broker_limits import DEAD_BYTES
from shared.messaging.topology import WORK_QUEUES, WORKERS
from shared.storage.overview import COUNTED, Deliveries

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
START, SEND_CODE = "intake.start-application", "notifier.send-code"
QUEUES = {name: QueueStatistics(0, 1, 0) for queue in WORK_QUEUES for name in (queue.name, queue.dead)}
BROKER = BrokerFacts(queues=QUEUES, alarms=(), takes_messages=True, stamps=True, gateways=1, keys=())
SENT = Deliveries(last_sent_at=NOW - timedelta(seconds=40))
DATABASE = DatabaseFacts(has_importers=True, waiting=0, deliveries=SENT)
WELL = HealthFacts(at=NOW, broker=BROKER, database=DATABASE, mail=MailFacts())
AWAY = Failure("the server is away", NOW - timedelta(minutes=3))


def with_broker(**changes: Any) -> HealthFacts:
    return replace(WELL, broker=replace(BROKER, **changes))


def with_queue(name: str, queue: QueueStatistics, **changes: Any) -> HealthFacts:
    return with_broker(queues={**QUEUES, name: queue}, **changes)


def with_database(**changes: Any) -> HealthFacts:
    return replace(WELL, database=replace(DATABASE, **changes))


def with_emails(**changes: Any) -> HealthFacts:
    return with_database(deliveries=replace(SENT, **changes))


def without(program: str) -> HealthFacts:
    theirs = {queue.name: QueueStatistics(0, 0, 0) for queue in WORK_QUEUES if queue.program == program}
    return with_broker(queues={**QUEUES, **theirs})


def judge_emails(**changes: Any) -> Part:
    return next(part for part in judge_health(with_emails(**changes)).parts if part.name == "mail")


def says(health: Health, part: str) -> str:
    return next(each.says for each in health.parts if each.name == part)


def test_green_means_that_everything_was_looked_at_and_is_well() -> None:
    health = judge_health(WELL)
    assert (health.verdict, health.wrong) == (Verdict.OK, ())
    assert health.line.startswith("well: broker, database, keys, mail, form, workers, stamps, people")


@pytest.mark.parametrize(
    ("facts", "part"),
    [
        (replace(WELL, broker=AWAY), "broker"),
        (with_broker(alarms=("ace@one is short of disk and takes no messages",)), "broker"),
        (with_broker(takes_messages=False, stamps=None), "broker"),
        (replace(WELL, database=AWAY), "database"),
        (with_database(has_importers=False), "database"),
        (replace(WELL, mail=MailFacts(failure=AWAY)), "mail"),
        (with_emails(deferred=3, reason="454 4.7.0 TLS not available"), "mail"),
        (with_emails(parked_codes=3, parked_because="the email cannot be written"), "mail"),
        (with_emails(deferred=50, deferred_codes=50, parked_codes=2), "mail"),
        (with_broker(keys=(("the mailer's key is another one", "give it the same"),)), "keys"),
        (with_broker(gateways=0), "form"),
        (with_broker(stamps=False), "stamps"),
        *((without(program), "workers") for program in WORKERS),
        (with_broker(queues={}), "workers"),
        (with_queue(START, QueueStatistics(9, 1), ages={START: 61.0}), "people"),
        (with_database(waiting=2, waiting_since=NOW - timedelta(minutes=2)), "people"),
        (with_queue(f"{START}.dead", QueueStatistics(1, 0, size=DEAD_BYTES)), "dead letters"),
    ],
)
def test_it_is_red_and_names_the_part_where_nobody_can_apply(facts: HealthFacts, part: str) -> None:
    health = judge_health(facts)
    assert health.verdict is Verdict.BAD
    assert part in [each.name for each in health.wrong if each.verdict is Verdict.BAD]


@pytest.mark.parametrize(
    ("facts", "part", "verdict"),
    [
        (with_broker(takes_messages=None), "broker", None),
        (with_broker(stamps=None), "stamps", None),
        (with_broker(gateways=None), "form", None),
        (replace(WELL, database=None), "database", None),
        (
            replace(WELL, mail=MailFacts(was_tried=False), database=replace(DATABASE, deliveries=Deliveries())),
            "mail",
            None,
        ),
        (with_broker(keys=None), "keys", None),
        (with_queue(START, QueueStatistics(0, 0, answers=False)), "workers", None),
        (with_emails(deferred=1), "mail", Verdict.WARN),
        (with_emails(parked_codes=1), "mail", Verdict.WARN),
        (with_queue("ace.retry.5s", QueueStatistics(1, 0)), "retries", Verdict.WARN),
        (with_queue(f"{SEND_CODE}.dead", QueueStatistics(1, 0)), "dead letters", Verdict.WARN),
        (with_queue(START, QueueStatistics(9, 1), ages={START: 11.0}), "people", Verdict.WARN),
        (with_queue(START, QueueStatistics(9, 1)), "people", Verdict.WARN),
    ],
)
def test_it_is_not_green_where_something_is_not_known_or_may_become_worse(
    facts: HealthFacts, part: str, verdict: Verdict | None
) -> None:
    health = judge_health(facts)
    assert health.verdict is Verdict.WARN
    assert verdict in [each.verdict for each in health.wrong if each.name == part]


def test_it_says_since_when_mail_is_away_and_what_it_says() -> None:
    failing = Failure("mail.example:25 answers 421 too many connections", NOW - timedelta(minutes=3))
    facts = replace(with_emails(deferred=12, reason="421 4.7.0 later"), mail=MailFacts(failure=failing))
    said = says(judge_health(facts), "mail")
    assert "421 too many connections, for at least 3 min (2026-11-22 14:57:00 UTC)" in said
    assert "last took an email 40 s ago; 12 wait: 421 4.7.0 later" in said
    never = replace(facts, database=replace(DATABASE, deliveries=Deliveries(deferred=1)))
    assert "took none in the last hour" in says(judge_health(never), "mail")


def test_people_who_wait_are_counted_once_wherever_they_are() -> None:
    queues = {**QUEUES, START: QueueStatistics(2, 1, 1), SEND_CODE: QueueStatistics(1, 1)}
    facts = with_broker(queues=queues, ages={START: 4.0})
    emails = Deliveries(deferred=2, deferred_codes=2)
    facts = replace(facts, database=replace(DATABASE, waiting=3, waiting_since=NOW, deliveries=emails))
    assert says(judge_health(facts), "people") == "9 people wait for us, the first for at least 4 s"


def test_a_service_that_stands_still_is_named_with_how_it_is_started() -> None:
    health = judge_health(without("verifier"), start=lambda program: f"systemctl start {program}")
    [workers] = [part for part in health.wrong if part.name == "workers"]
    assert (workers.says, workers.to_do) == ("verifier is not running", "systemctl start verifier")


def test_what_waits_for_a_mail_server_that_is_back_is_no_longer_red() -> None:
    facts = with_emails(deferred=30, deferred_at=NOW - timedelta(seconds=41), reason="the mail server is away")
    [part] = judge_health(facts).wrong
    assert (part.name, part.verdict) == ("mail", Verdict.WARN)
    assert part.says.startswith("the mail server takes emails again: last took an email 40 s ago; 30 wait")
    still = with_emails(deferred=30, deferred_at=NOW - timedelta(seconds=39))
    assert judge_health(still).verdict is Verdict.BAD


def test_an_email_that_went_out_does_not_calm_about_code_emails_that_do_not() -> None:
    just_now, before = NOW - timedelta(seconds=2), NOW - timedelta(minutes=3)
    refused = {"deferred": 4, "deferred_codes": 4, "deferred_at": before, "code_deferred_at": before}
    part = judge_emails(last_sent_at=just_now, **refused, reason="454 later")
    assert part.verdict is Verdict.BAD
    assert part.says == "the mail server does not take code emails: took none in the last hour; 4 wait: 454 later"
    part = judge_emails(last_sent_at=just_now, code_sent_at=just_now, **refused)
    assert part.verdict is Verdict.WARN
    assert part.says.startswith("the mail server takes emails again")


def test_of_code_emails_that_wait_and_that_were_given_up_the_line_says_what_is_worse() -> None:
    part = judge_emails(deferred=50, deferred_codes=50, parked_codes=2)
    assert part.to_do is not None
    assert "replay" not in part.to_do
    part = judge_emails(deferred=1, deferred_codes=1, parked_codes=3)
    assert part.to_do is not None
    assert "dead replay --queue notifier.send-code" in part.to_do


def test_more_dead_letters_than_are_counted_are_not_said_to_be_all() -> None:
    assert judge_emails(parked_codes=COUNTED).says.startswith("at least 1,000 code emails are among the dead letters")
    assert judge_emails(parked_codes=COUNTED - 1).says.startswith("999 code emails")


def test_a_wrong_key_is_named_with_what_to_do() -> None:
    facts = with_broker(keys=(("key k1 is another one at the mailer", "give all the same"),))
    [part] = judge_health(facts).wrong
    assert (part.says, part.to_do) == ("key k1 is another one at the mailer", "give all the same")


@pytest.mark.parametrize(("seconds", "verdict"), [(5, Verdict.WARN), (7, Verdict.OK)])
def test_dead_letters_that_somebody_looks_at_are_not_gone(seconds: float, verdict: Verdict) -> None:
    before = (NOW.timestamp() - seconds, 9)
    taken_out = QueueStatistics(0, 0, lengths=(before, (NOW.timestamp(), 0)))
    health = judge_health(with_queue(f"{SEND_CODE}.dead", taken_out))
    assert health.verdict is verdict
    assert verdict is Verdict.OK or says(health, "dead letters") == f"9 of {SEND_CODE}"


def test_retries_that_somebody_looks_at_are_not_gone() -> None:
    looks = (NOW.timestamp() - 2, 9), (NOW.timestamp(), 0)
    health = judge_health(with_queue("ace.retry.30s", QueueStatistics(0, 1, 0, lengths=looks)))
    assert says(health, "retries") == "9 messages wait to be tried again"


def test_a_message_that_goes_to_a_longer_delay_is_counted_once() -> None:
    before, now = NOW.timestamp() - 2, NOW.timestamp()
    gone, came = (
        QueueStatistics(0, 0, 0, lengths=((before, 2), (now, 0))),
        QueueStatistics(2, 0, 0, lengths=((before, 0), (now, 2))),
    )
    health = judge_health(with_broker(queues={**QUEUES, "ace.retry.5s": gone, "ace.retry.30s": came}))
    assert says(health, "retries") == "2 messages wait to be tried again"


def test_nobody_is_sent_to_a_list_that_is_still_empty() -> None:
    """`acectl applications stuck` lists what waits for a minute."""
    [soon] = judge_health(with_database(waiting=1, waiting_since=NOW - timedelta(seconds=11))).wrong
    assert soon.to_do is not None
    assert soon.to_do.startswith("acectl queues")


@pytest.mark.parametrize(("seconds", "verdict"), [(39, Verdict.BAD), (41, Verdict.OK)])
def test_a_mail_server_that_took_an_email_since_it_was_tried_is_there(seconds: float, verdict: Verdict) -> None:
    mail = MailFacts(failure=AWAY, tried_at=NOW - timedelta(seconds=seconds))
    assert judge_health(replace(WELL, mail=mail)).verdict is verdict
