"""7. Each broker user can do its service's work and nothing else: what was done, and by whom.

Replies and moved messages use the default exchange, which nobody can listen to.
"""

from collections.abc import Iterator

from shared.contracts.conversations import SENDERS
from shared.messaging import topology
from shared.messaging.topology import WORK_QUEUES, WorkQueue
from tests.chaos.checks.evidence import Evidence, Published
from tests.chaos.people.ledger import Ledger

BY_KEY = {(queue.exchange, queue.message.name()): queue for queue in WORK_QUEUES}
WAITING = {(step.name, queue.name): queue for step in topology.RETRY_STEPS for queue in WORK_QUEUES}
GIVEN_UP = {(topology.DEAD, queue.dead): queue for queue in WORK_QUEUES}


def nobody_was_denied(_ledger: Ledger, evidence: Evidence) -> Iterator[str]:
    """No operation was denied for lack of permission."""
    for text in evidence.clear:
        if "access_refused" in text.lower() or "ChannelAccessRefused" in text:
            yield "the broker refused a service something"


def nobody_speaks_for_another(_ledger: Ledger, evidence: Evidence) -> Iterator[str]:
    """Each message carries the broker user of the service that may publish it there, and its first sender's."""
    if evidence.commands and not evidence.published:
        yield "commands were confirmed, and nobody saw a message"
    for message in evidence.published:
        if not _may(message, evidence):
            yield f"{message.user or 'nobody'} published {message.key} to {message.exchange}"
        elif not _is_from(message, evidence):
            yield f"{message.user} sent {message.key} on to {message.exchange} as coming from {message.origin}"


def _may(message: Published, evidence: Evidence) -> bool:
    """Whether the user may publish this message there."""
    where = message.exchange, message.key
    if queue := BY_KEY.get(where):
        asks = not queue.has_dead_letters and message.user == evidence.prober
        return message.name == queue.message.name() and (asks or message.user in _senders(queue, evidence))
    if queue := WAITING.get(where):
        return message.user == evidence.users[queue.program] and queue.has_dead_letters
    if queue := GIVEN_UP.get(where):
        # The broker dead-letters a message in the name of its last publisher.
        own = evidence.users[queue.program]
        return message.user == own or (message.by_broker and message.user in _senders(queue, evidence))
    if message.exchange == topology.REPLAY and message.key in topology.REPLAYED:
        return message.user not in evidence.users.values() or message.user == evidence.prober
    return False


def _is_from(message: Published, evidence: Evidence) -> bool:
    """Whether the forwarder of a message names its first publisher correctly."""
    queue = WAITING.get((message.exchange, message.key)) or GIVEN_UP.get((message.exchange, message.key))
    if queue is None or message.by_broker:
        return True
    return message.origin in _senders(queue, evidence)


def _senders(queue: WorkQueue, evidence: Evidence) -> set[str]:
    """The broker users that may publish to this queue. An operator acts as the prober's does."""
    return {evidence.users.get(program, evidence.prober) for program in SENDERS[queue.message]}
