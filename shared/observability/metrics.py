"""Every metric, once, with its meaning for operators. `docs/metrics.md` is generated from this file.

A program shows the registries of what it does, and no others. Every series whose labels are known is there from the
start, at 0: a counter that appears with its first event hides that event from `rate()`.
"""

from collections.abc import Iterable, Mapping
from importlib import metadata
from itertools import product
from typing import Any

from prometheus_client import (
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    disable_created_metrics,
)

from shared.contracts.commands import CheckCode
from shared.contracts.conversations import FORM, POSSIBLE_REPLIES
from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.problem import Problem
from shared.contracts.replies import Refused
from shared.contracts.state import State

disable_created_metrics()  # type: ignore[no-untyped-call]  # the library forgot its type

EVERYWHERE, PAGES, GATEWAY, WORKERS, APPLICATIONS, INTAKE, VERIFIER, MAILERS = (
    REGISTRY,  # prometheus_client's own, with the process's CPU, memory and files
    *(CollectorRegistry() for _ in range(7)),
)

PROGRAMS: dict[str, tuple[CollectorRegistry, ...]] = {
    "gateway": (EVERYWHERE, PAGES, GATEWAY),
    "intake": (EVERYWHERE, WORKERS, APPLICATIONS, INTAKE),
    "verifier": (EVERYWHERE, WORKERS, APPLICATIONS, VERIFIER),
    "provisioner": (EVERYWHERE, WORKERS, APPLICATIONS),
    "code-mailer": (EVERYWHERE, WORKERS, MAILERS),
    "general-mailer": (EVERYWHERE, WORKERS, MAILERS),
    "console": (EVERYWHERE, PAGES),
}
"""What each program shows."""

TEN_SECONDS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600)
"""Buckets, in seconds, for what should take less than ten."""

# Every program

BUILD = Info("ace_build", "The version and the commit that this process runs", registry=EVERYWHERE)
READY = Gauge("ace_ready", "1 while the broker, the database and all consumers are available", registry=EVERYWHERE)

# The gateway

REQUESTS = Counter(
    "ace_http_requests_total",
    "Requests that the form answered, by page, method and HTTP status",
    ["page", "method", "status"],
    registry=GATEWAY,
)
REQUEST_SECONDS = Histogram(
    "ace_http_request_duration_seconds",
    "From a request to the end of its answer, with the wait for the workers",
    ["page", "method"],
    registry=GATEWAY,
)
BROKER_REQUESTS = Counter(
    "ace_broker_requests_total",
    "Commands and questions to the workers, by message and result: answered; late (the page shows that it waits); "
    "not-taken (the broker is away: nothing is lost, but nobody can go on)",
    ["message", "result"],
    registry=GATEWAY,
)
PEOPLE_WAITING = Gauge(
    "ace_people_waiting", "Requests that wait for an answer of the workers right now", registry=GATEWAY
)
REFUSALS = Counter("ace_refusals_total", "Refusals that people were shown, by problem", ["problem"], registry=GATEWAY)
STEP_UPS = Counter(
    "ace_step_ups_total",
    "Human verification on page 1, by event: asked (a check was shown), passed, failed, waits (instead of a check)",
    ["event"],
    registry=GATEWAY,
)
SECURITY_EVENTS = Counter(
    "ace_security_events_total",
    "What visitors of good will do not send, by kind: forged tokens, other sites' posts, wrong passwords and the like",
    ["kind"],
    registry=PAGES,
)

# Every worker

DELIVERIES = Counter(
    "ace_deliveries_total",
    "Deliveries that came to their end, by queue and result: done, retried, parked (a dead letter), unanswered",
    ["queue", "result"],
    registry=WORKERS,
)
DELIVERY_SECONDS = Histogram(
    "ace_delivery_duration_seconds", "From a delivery to its acknowledgment", ["queue"], registry=WORKERS
)
MESSAGE_AGE = Histogram(
    "ace_message_age_seconds",
    "The age of a message when a worker begins with it, since it was published or replayed",
    ["queue"],
    buckets=TEN_SECONDS,
    registry=WORKERS,
)
OLDEST_MESSAGE = Gauge(
    "ace_oldest_message_seconds",
    "The age of the oldest message that the process is handling; 0 for none. Queues are first in, first out, so "
    "nothing that is new in the queue is older than the greatest value of all processes. Not counted: what waits for "
    "its next try, and queues without a worker",
    ["queue"],
    registry=WORKERS,
)
CONFLICTS = Counter(
    "ace_conflicts_total", "Times another process changed an application first", ["queue"], registry=WORKERS
)
STRANGERS = Counter(
    "ace_strangers_total", "Messages about another gateway's application, by queue", ["queue"], registry=WORKERS
)
ROUND_TRIPS = Counter(
    "ace_database_round_trips_total", "Commands sent to the database, by name", ["command"], registry=WORKERS
)
STAMPED = Gauge(
    "ace_broker_stamps", "1 while the broker is proved to overwrite forged times of arrival", registry=WORKERS
)
GATEWAY_SKEW = Gauge(
    "ace_gateway_clock_skew_seconds",
    "The gateway's time of its latest command minus the broker's; negative also for one that was sent late",
    ["gateway"],
    registry=WORKERS,
)
SKEWED = Counter(
    "ace_gateway_skewed_commands_total",
    "Commands whose time is more than 2 s ahead of the broker's, or more than 60 s behind it, by gateway",
    ["gateway"],
    registry=WORKERS,
)

# Workers that change applications

NO_PROBLEM = "none"
ENTERED = Counter(
    "ace_applications_total",
    "Applications that entered a state, by state and problem: why they were rejected or, by our fault, expired",
    ["state", "problem"],
    registry=APPLICATIONS,
)

# Intake

FAILED_STARTS = Counter(
    "ace_failed_starts_total",
    "Starts that failed a validation, by problem; uniform: not told apart, whether or not they failed",
    ["problem"],
    registry=INTAKE,
)
LIMITS = Counter(
    "ace_limits_total", "Starts that met a limit, by limit and answer", ["limit", "answer"], registry=INTAKE
)
OLDEST_CODE_EMAIL = Gauge(
    "ace_oldest_code_email_due_seconds",
    "How long ago the requester clicked whose code email is due the longest, and not handed over; 0 for none",
    registry=INTAKE,
)

# The verifier

CODE_CHECKS = Counter("ace_code_checks_total", "Codes that were entered, by answer", ["answer"], registry=VERIFIER)
SWEPT = Counter(
    "ace_swept_applications_total",
    "Applications that the sweep closed, by their state before",
    ["state"],
    registry=VERIFIER,
)

# The mailers

EMAILS = Counter(
    "ace_emails_total", "Attempts to hand over an email, by kind and result", ["kind", "result"], registry=MAILERS
)
EMAIL_SECONDS = Histogram(
    "ace_email_delay_seconds",
    "From when an email was due to the mail server's acceptance, with all waiting. A code email is due when the "
    "requester clicks: at the gateway's time, which the broker's stamp bounds to a minute before its arrival. A start "
    "that limits made wait counts from when it was sent",
    ["kind"],
    buckets=TEN_SECONDS,
    registry=MAILERS,
)

WITHDRAWN = Counter(
    "ace_code_emails_withdrawn_total",
    "Code emails that were not out when their code was over, or the requester gave up: nobody measures their delay",
    registry=MAILERS,
)


def begin(metric: Counter | Histogram, *values: Iterable[str]) -> None:
    """Makes the series of every combination of these labels exist."""
    for labels in product(*values):
        metric.labels(*labels)


CODE_ANSWERS = sorted(
    {reply.name() for reply in POSSIBLE_REPLIES[CheckCode].replies if reply is not Refused}
    | POSSIBLE_REPLIES[CheckCode].problems
)

COMMANDS = ("aggregate", "find", "findAndModify", "insert", "update", "commitTransaction")

begin(REFUSALS, Problem)
begin(ROUND_TRIPS, COMMANDS)
begin(STEP_UPS, ("asked", "passed", "failed", "waits"))
begin(ENTERED, State, (NO_PROBLEM,))
begin(ENTERED, (State.REJECTED,), sorted(Problem))
begin(ENTERED, (State.EXPIRED,), (Problem.DELAYED,))
begin(FAILED_STARTS, ("uniform", *Problem))
begin(CODE_CHECKS, CODE_ANSWERS)
begin(SWEPT, (State.REQUESTED, State.AWAITING_CODE, State.VERIFIED))
begin(EMAILS, EmailKind, (EmailStatus.SENT, EmailStatus.DEFERRED, EmailStatus.REFUSED, EmailStatus.PARKED))
begin(EMAIL_SECONDS, EmailKind)
begin(SKEWED, (FORM,))


def count_change(change: Mapping[str, Any]) -> None:
    """Counts an application that entered a state, or a code email that was withdrawn, if that is what changed.

    `change`: what `Application.describe_change` and `Emails.describe_change` say.
    """
    if state := change.get("state"):
        ENTERED.labels(state, change.get("problem") or NO_PROBLEM).inc()
    elif change.get("email") == EmailKind.VERIFICATION_CODE:
        WITHDRAWN.inc()


def count_round_trip(command: str) -> None:
    """Counts a command that went to the database."""
    ROUND_TRIPS.labels(command).inc()


def describe_build(commit: str) -> None:
    """Shows what runs here."""
    BUILD.info({"version": metadata.version("ace-portal-account-application"), "commit": commit})
