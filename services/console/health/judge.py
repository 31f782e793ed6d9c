"""Judges whether people can apply. Pure: no server, no clock.

Green means that everything was looked at and found well. What is not known is never green.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.console.checks.deliveries import check_deliveries
from services.console.checks.form import check_form
from services.console.checks.verdict import Verdict
from services.console.health.facts import BrokerFacts, DatabaseFacts, Failure, HealthFacts
from services.console.health.part import Part, describe_failure
from services.console.output.formatting import format_span
from services.console.queues.idle import list_idle
from services.console.queues.queue_statistics import QueueStatistics
from shared.messaging.broker_limits import DEAD_BYTES, STAMP_SETTING
from shared.messaging.topology import RETRY_STEPS, WORK_QUEUES, WORKERS

SOON, LATE = timedelta(seconds=10), timedelta(minutes=1)
"""How long people may wait for us: code emails leave within ten seconds; nobody reloads a page for a minute."""

TAKEN_OUT = 6.0
"""Seconds after which the broker's management interface counts what somebody has taken out to look at it."""

MANY = 3
"""People who may wait a moment that nobody measured."""

NEARLY = 0.8
"""How full the dead letters of a queue may be."""

ON_A_PERSONS_WAY = ("intake.start-application", "intake.submit-details", "verifier.check-code", "notifier.send-code")
"""Queues in which a message stands for somebody who waits and whom the database does not know to be waiting."""


@dataclass(frozen=True)
class Health:
    """How the system stands, part by part."""

    parts: tuple[Part, ...]

    @property
    def verdict(self) -> Verdict:
        """The worst of its parts. What is not known is a warning."""
        verdicts = {part.verdict for part in self.parts}
        if Verdict.BAD in verdicts:
            return Verdict.BAD
        return Verdict.OK if verdicts == {Verdict.OK} else Verdict.WARN

    @property
    def wrong(self) -> tuple[Part, ...]:
        """The parts that need somebody or are not known, the worst first."""
        order = (Verdict.BAD, Verdict.WARN, None)
        return tuple(part for verdict in order for part in self.parts if part.verdict is verdict)

    @property
    def line(self) -> str:
        """All of it in one line."""
        by_verdict = {verdict: self._name(verdict) for verdict in (Verdict.BAD, Verdict.WARN, None, Verdict.OK)}
        titles = {Verdict.BAD: "bad", Verdict.WARN: "look at", None: "not known", Verdict.OK: "well"}
        return "; ".join(f"{titles[verdict]}: {names}" for verdict, names in by_verdict.items() if names)

    def _name(self, verdict: Verdict | None) -> str:
        return ", ".join(part.name for part in self.parts if part.verdict is verdict)


def judge_health(facts: HealthFacts, start: Callable[[str], str] = lambda program: f"start {program}") -> Health:
    """How the system stands. `start` says how a program is started where this system runs."""
    broker, database = facts.broker, facts.database
    return Health(
        (
            _judge_broker(broker, facts.at),
            _judge_database(database, facts.at),
            _judge_keys(broker),
            _judge_mail(facts),
            _judge_form(broker, start),
            _judge_workers(broker, start),
            _judge_stamps(broker),
            _judge_people(facts),
            *_judge_messages(broker, facts.at),
        )
    )


def _judge_broker(broker: BrokerFacts | Failure, now: datetime) -> Part:
    if isinstance(broker, Failure):
        return Part(
            "broker", Verdict.BAD, describe_failure(broker, now), "bring the broker back: nothing moves without it"
        )
    if broker.alarms:
        to_do = "free memory or disk, or bring the node back: publishers wait meanwhile"
        return Part("broker", Verdict.BAD, "; ".join(broker.alarms), to_do)
    if broker.takes_messages is False:
        return Part("broker", Verdict.BAD, "takes no messages", "rabbitmq-diagnostics check_alarms, on each node")
    if broker.takes_messages is None:
        return Part("broker", None, "answers; whether it takes messages was not tried")
    return Part("broker", Verdict.OK, "takes messages")


def _judge_database(database: DatabaseFacts | Failure | None, now: datetime) -> Part:
    if database is None:
        return Part("database", None, "ACE_MONGODB_URL is not set here")
    if isinstance(database, Failure):
        return Part(
            "database", Verdict.BAD, describe_failure(database, now), "bring it back: what people send waits meanwhile"
        )
    if not database.has_importers:
        return Part("database", Verdict.BAD, "holds no importer record: nobody can apply", "acectl importers load FILE")
    return Part("database", Verdict.OK, "answers")


def _judge_mail(facts: HealthFacts) -> Part:
    database, failure = facts.database, facts.mail.failure
    emails = check_deliveries(database.deliveries, facts.at) if isinstance(database, DatabaseFacts) else None
    if failure and not _took_one_since(facts):
        to_do = "bring it back: a code email is tried until its code is over, any other for a day"
        tail = f"; {emails.says}" if emails else ""
        return Part("mail", Verdict.BAD, f"{describe_failure(failure, facts.at)}{tail}", to_do)
    if emails and emails.verdict is not Verdict.OK:
        return Part("mail", emails.verdict, emails.says, emails.to_do)
    if not facts.mail.was_tried and not (isinstance(database, DatabaseFacts) and database.deliveries.last_sent_at):
        return Part("mail", None, "ACE_SMTP_URL is not set here, and no email of the last hour tells")
    return Part("mail", Verdict.OK, emails.says if emails else "answers")


def _took_one_since(facts: HealthFacts) -> bool:
    """Whether the mail server took an email since we tried it."""
    last = facts.database.deliveries.last_sent_at if isinstance(facts.database, DatabaseFacts) else None
    return bool(last and facts.mail.tried_at and last > facts.mail.tried_at)


def _judge_form(broker: BrokerFacts | Failure, start: Callable[[str], str]) -> Part:
    if isinstance(broker, Failure):
        return Part("form", None, "only the broker knows whether the form is connected")
    if broker.gateways is None:
        says = "whether the form is connected, only the broker's management interface tells"
        return Part("form", None, f"{says}: {broker.management or 'ACE_RABBITMQ_MANAGEMENT_URL is not set here'}")
    found = check_form(broker.gateways, start)
    return Part(found.name, found.verdict, found.says, found.to_do)


def _judge_workers(broker: BrokerFacts | Failure, start: Callable[[str], str]) -> Part:
    if isinstance(broker, Failure):
        return Part("workers", None, "only the broker knows who takes messages")
    if missing := [queue.name for queue in WORK_QUEUES if queue.name not in broker.queues]:
        return Part("workers", Verdict.BAD, f"missing: {', '.join(missing)}", "acectl topology apply")
    silent = [queue.name for queue in WORK_QUEUES if not broker.queues[queue.name].answers]
    idle = list_idle(broker.queues)
    if idle:
        return Part("workers", Verdict.BAD, "; ".join(map(str, idle)), "; ".join(start(each.program) for each in idle))
    if silent:
        to_do = "bring most of the broker's nodes up, and look again"
        return Part("workers", None, f"no answer from {', '.join(silent)}", to_do)
    return Part("workers", Verdict.OK, f"all {len(WORKERS)} take messages")


def _judge_keys(broker: BrokerFacts | Failure) -> Part:
    if isinstance(broker, Failure) or broker.keys is None:
        return Part("keys", None, "whether the services' keys agree, only the broker's management interface tells")
    if broker.keys:
        says, deeds = zip(*broker.keys, strict=True)
        return Part("keys", Verdict.BAD, "; ".join(says), "; ".join(dict.fromkeys(deeds)))
    return Part("keys", Verdict.OK, "the same wherever they have to be")


def _judge_stamps(broker: BrokerFacts | Failure) -> Part:
    if isinstance(broker, Failure) or broker.stamps is None:
        return Part("stamps", None, "not proved: no trial message came back")
    if not broker.stamps:
        says = "the broker passes on a forged time of arrival: codes count a minute back at most"
        return Part("stamps", Verdict.BAD, says, f"{STAMP_SETTING} = true in rabbitmq.conf of every node")
    return Part("stamps", Verdict.OK, "proved")


def _judge_people(facts: HealthFacts) -> Part:
    if not isinstance(facts.broker, BrokerFacts) or not isinstance(facts.database, DatabaseFacts):
        return Part("people", None, "how many wait, broker and database know only together")
    queues, database = facts.broker.queues, facts.database
    entered = sum(queues[name].depth for name in ON_A_PERSONS_WAY if name in queues)
    count = entered + database.waiting + database.deliveries.deferred_codes
    if not count:
        return Part("people", Verdict.OK, "nobody waits for us")
    ages = facts.broker.ages
    waits = [timedelta(seconds=ages[name]) for name in ON_A_PERSONS_WAY if name in ages]
    waits += [facts.at - database.waiting_since] if database.waiting_since else []
    longest = max(waits, default=None)
    who = "1 person waits" if count == 1 else f"{count:,} people wait"
    says = f"{who} for us" + (f", the first for at least {format_span(longest)}" if longest is not None else "")
    if longest is None or longest < SOON:
        return Part("people", Verdict.OK if count < MANY or longest is not None else Verdict.WARN, says)
    if longest >= LATE:
        return Part("people", Verdict.BAD, says, "acectl applications stuck")
    return Part(
        "people", Verdict.WARN, says, "acectl queues: where do they wait? After a minute: acectl applications stuck"
    )


def _judge_messages(broker: BrokerFacts | Failure, now: datetime) -> Iterator[Part]:
    """Messages that could not be handled: not yet, or not at all."""
    if isinstance(broker, Failure):
        yield Part("retries", None, "only the broker knows")
        yield Part("dead letters", None, "only the broker knows")
        return
    queues = broker.queues
    retried = _count_messages([queues[step.name] for step in RETRY_STEPS if step.name in queues], now)
    to_do = "nothing, if another part says why: they come back by themselves; else acectl queues"
    yield (
        Part("retries", Verdict.WARN, f"{retried:,} messages wait to be tried again", to_do)
        if retried
        else Part("retries", Verdict.OK, "none")
    )
    dead = {queue.name: queues[queue.dead] for queue in WORK_QUEUES if queue.dead in queues}
    full = [name for name, each in dead.items() if (each.size or 0) >= NEARLY * DEAD_BYTES]
    counts = {name: count for name, each in dead.items() if (count := _count_messages([each], now))}
    if full:
        says = f"those of {', '.join(full)} take most of their room"
        yield Part("dead letters", Verdict.BAD, says, "acectl dead list, then replay or discard")
    elif counts:
        says = ", ".join(f"{count:,} of {name}" for name, count in counts.items())
        yield Part("dead letters", Verdict.WARN, says, "acectl dead list")
    else:
        yield Part("dead letters", Verdict.OK, "none")


def _count_messages(queues: Sequence[QueueStatistics], now: datetime) -> int:
    """How many there are in all.

    Whoever looks at them takes them out for a moment: that must not look as if they were gone. One that only went from
    one queue to the next counts once.
    """
    lately = Counter[float]()
    for queue in queues:
        lately.update({at: ready for at, ready in queue.lengths if now.timestamp() - at <= TAKEN_OUT})
    return max(sum(queue.depth for queue in queues), *lately.values(), 0)
