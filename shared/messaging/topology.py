"""Every exchange and queue, defined once. `acectl topology apply` creates them; services only check that they exist.

`deploy/rabbitmq/definitions.json` is generated from this list (`acectl topology show`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from shared.contracts import commands, events
from shared.contracts.message import Event, Message
from shared.domain.application import RETRIED_FOR

COMMANDS = "ace.commands"
EVENTS = "ace.events"
DEAD = "ace.dead"
REPLAY = "ace.replay"
"""The exchange for replaying dead letters: the routing key names the queue. Services may not write to it, so whatever
comes through it has an operator's word (docs/security.md)."""

UNBOUND = "unbound"
"""A routing key that leads to no queue: the broker returns what is published with it, and workers see what it wrote."""

QUESTION_LIFETIME = timedelta(seconds=5)
"""After this, a question is not worth answering: the page has already asked again."""

MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True)
class RetryStep:
    """A delay before a message is retried: an exchange and its one queue."""

    delay: timedelta

    @property
    def name(self) -> str:
        """``ace.retry.5s``, for both the exchange and its queue."""
        return f"ace.retry.{self.delay.total_seconds():.0f}s"

    @property
    def arguments(self) -> dict[str, Any]:
        """Holds messages for the delay, then returns them to the queue that the routing key names."""
        return {
            "x-queue-type": "quorum",
            "x-message-ttl": self.delay // MILLISECOND,
            "x-dead-letter-exchange": "",
            "x-dead-letter-strategy": "at-least-once",
            "x-overflow": "reject-publish",
        }


RETRY_STEPS = tuple(RetryStep(timedelta(seconds=seconds)) for seconds in (1, 5, 30, 120, 600))
EXCHANGES = (COMMANDS, EVENTS, DEAD, REPLAY, *(step.name for step in RETRY_STEPS))


@dataclass(frozen=True)
class RecoveryPolicy:
    """What to do with a queue's messages when handling them fails."""

    delays: tuple[RetryStep, ...] = RETRY_STEPS
    """The delay before each retry; the last one repeats. If empty, messages are neither retried nor parked."""
    deadline: timedelta = RETRIED_FOR
    """The age at which a message is parked. Its own deadline (`Message.deadline`) overrides this."""
    dead_for: timedelta | None = None
    """How long the broker keeps a dead letter; None: until an operator replays or discards it."""
    person_waits: bool = False
    """Whether a person is waiting for the reply. If so, failures are answered too."""


IN_BACKGROUND = RecoveryPolicy()
COMMAND = RecoveryPolicy(RETRY_STEPS[:2], person_waits=True)
"""A person is waiting for the reply, so no delay exceeds five seconds."""

SHORT_STEPS = COMMAND.delays
"""The delays in which a person waits."""

QUESTION = RecoveryPolicy((), person_waits=True)
"""Questions are short-lived: their caller asks again."""

CODES_DEAD_FOR = timedelta(days=8)
"""Sealed codes must not stay. What became of their emails does, in `emails`. Longer than `acectl` looks back, so that
nobody is told to discard what is gone."""

CODE_EMAIL = RecoveryPolicy(RETRY_STEPS[:3], dead_for=CODES_DEAD_FOR)
"""A code is valid for minutes, so no delay of its email exceeds thirty seconds."""

WITHDRAWAL = RecoveryPolicy(RETRY_STEPS[:2])
"""A withdrawal must not be slower than the code email that it stops."""

SERVICE_OF = {"code-mailer": "notifier", "general-mailer": "notifier"}
"""Which service a program belongs to, if their names differ: the notifier runs as two programs."""


@dataclass(frozen=True)
class WorkQueue:
    """A queue, consumed by one program and fed by one message type."""

    program: str
    """The program that consumes it; also the name of its broker user."""
    message: type[Message]
    verb: str = ""
    recovery: RecoveryPolicy = IN_BACKGROUND
    prefetch: int | None = None
    """How many of its messages a process takes at once, if that is not what its setting says."""

    @property
    def name(self) -> str:
        """``verifier.check-code``: the service and what it does."""
        return f"{SERVICE_OF.get(self.program, self.program)}.{self.verb or self.message.name()}"

    @property
    def dead(self) -> str:
        """The queue for its dead letters."""
        return f"{self.name}.dead"

    @property
    def exchange(self) -> str:
        """The exchange that feeds it."""
        return EVENTS if issubclass(self.message, Event) else COMMANDS

    @property
    def is_for_gateways(self) -> bool:
        """Whether gateways publish to it. It then takes messages only from the gateway that began the application."""
        return self.exchange == COMMANDS

    @property
    def has_dead_letters(self) -> bool:
        """Whether its messages can be parked. Questions cannot."""
        return bool(self.recovery.delays)

    @property
    def arguments(self) -> dict[str, Any]:
        """Queue type and dead-letter routing. What operators may tune is in policies instead.

        Questions may be lost, their queue may not: a classic queue disappears with its one node.
        """
        if not self.has_dead_letters:
            return {"x-queue-type": "quorum"}
        return {"x-queue-type": "quorum", "x-dead-letter-exchange": DEAD, "x-dead-letter-routing-key": self.dead}


DIGESTS_AT_ONCE = 2
"""All of a day are due at the same time, and code emails share their mailer's processes with them."""

WORK_QUEUES = (
    WorkQueue("intake", commands.StartApplication, recovery=COMMAND),
    WorkQueue("intake", commands.SubmitDetails, recovery=COMMAND),
    WorkQueue("intake", commands.AskOutcome, recovery=QUESTION),
    WorkQueue("verifier", commands.CheckCode, recovery=COMMAND),
    WorkQueue("verifier", commands.AbandonApplication, recovery=COMMAND),
    WorkQueue("verifier", events.ApplicationAccepted, "issue-code"),
    WorkQueue("verifier", events.CodeEmailRefused, "reject-application"),
    WorkQueue("provisioner", events.ApplicationSubmitted, "create-account"),
    WorkQueue("provisioner", events.ResendRequested, "resend-email"),
    WorkQueue("provisioner", events.EmailsSent, "complete"),
    WorkQueue("provisioner", events.EmailRefused, "note-refusal"),
    WorkQueue("code-mailer", events.CodeIssued, "send-code", CODE_EMAIL),
    WorkQueue("code-mailer", events.CodeWithdrawn, "withdraw-code", WITHDRAWAL),
    WorkQueue("code-mailer", events.DigestDue, "send-digest", prefetch=DIGESTS_AT_ONCE),
    WorkQueue("general-mailer", events.EmailDue, "send-email"),
)

WORKERS = tuple(dict.fromkeys(queue.program for queue in WORK_QUEUES))
"""The programs that handle messages."""


@dataclass(frozen=True)
class Binding:
    """A queue as declared on the broker, with the one binding that feeds it."""

    queue: str
    arguments: dict[str, Any]
    exchange: str
    key: str


def _list_bindings() -> Iterator[Binding]:
    """Every queue: delays, work, dead letters. Queues with dead letters are also bound to `REPLAY`."""
    for step in RETRY_STEPS:
        yield Binding(step.name, step.arguments, step.name, "#")
    for queue in WORK_QUEUES:
        yield Binding(queue.name, queue.arguments, queue.exchange, queue.message.name())
        if queue.has_dead_letters:
            yield Binding(queue.dead, {"x-queue-type": "quorum"}, DEAD, queue.dead)


BINDINGS = tuple(_list_bindings())

REPLAYED = tuple(queue.name for queue in WORK_QUEUES if queue.has_dead_letters)
"""The queues that `REPLAY` also feeds, each by its own name."""


def find_queue(message: type[Message], program: str | None = None) -> WorkQueue:
    """Finds the queue for a message, of whatever version; `program` chooses among several."""
    named = (queue for queue in WORK_QUEUES if queue.message.name() == message.name())
    return next(queue for queue in named if program in (None, queue.program))
