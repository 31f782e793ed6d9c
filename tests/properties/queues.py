"""The broker's queues: what it confirmed is kept in them, and delivered at least once."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from shared.messaging import topology
from shared.messaging.topology import RETRY_STEPS, WORK_QUEUES
from tests.support.memory.broker import Sent, stamp

QUEUES = {queue.name: queue for queue in WORK_QUEUES}
ROUTES: dict[tuple[str, str], list[str]] = defaultdict(list)
for _binding in topology.BINDINGS:
    ROUTES[_binding.exchange, _binding.key].append(_binding.queue)
EVERY_QUEUE = frozenset(binding.queue for binding in topology.BINDINGS)
CARRIED_ON = ("ace-application", "ace-origin", "ace-arrived")
"""The headers of a dead letter that its replay has too."""
DELAYS = {step.name: step.delay for step in RETRY_STEPS}


class Queues:
    """Messages by queue, those that are delayed, and replies."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self.by_name: dict[str, list[Sent]] = defaultdict(list)
        self.delayed: list[tuple[datetime, Sent]] = []
        self.replies: list[tuple[datetime, Sent]] = []

    def route(self, sent: Sent) -> None:
        """Puts a confirmed message into its queue, stamped."""
        sent = stamp(sent, self._clock())
        if not sent.exchange and sent.routing_key not in EVERY_QUEUE:
            self.replies.append((self._clock(), sent))
        elif delay := DELAYS.get(sent.exchange):
            self.delayed.append((self._clock() + delay, replace(sent, exchange="")))
        else:
            for queue in ROUTES[sent.exchange, sent.routing_key] if sent.exchange else [sent.routing_key]:
                self.by_name[queue].append(replace(sent, exchange="", routing_key=queue))

    @property
    def ready(self) -> list[Sent]:
        """The messages that can be delivered, queue by queue."""
        return [sent for queue in QUEUES for sent in self.by_name[queue]]

    @property
    def dead(self) -> list[Sent]:
        """The dead letters."""
        return [sent for queue in QUEUES.values() for sent in self.by_name[queue.dead]]

    def deliver_delayed(self) -> None:
        """Puts what has waited long enough into its queue."""
        due = [sent for at, sent in self.delayed if at <= self._clock()]
        self.delayed = [(at, sent) for at, sent in self.delayed if at > self._clock()]
        for sent in due:
            self.by_name[sent.routing_key].append(sent)

    def replay(self, dead: Sent) -> None:
        """Replays a dead letter as an operator, in its sender's name."""
        self.by_name[dead.routing_key].remove(dead)
        kept = {name: value for name, value in dead.headers.items() if name in CARRIED_ON}
        headers = {**kept, "ace-replayed-at": self._clock().isoformat()}
        queue = dead.routing_key.removesuffix(".dead")
        replayed = replace(dead, exchange=topology.REPLAY, routing_key=queue, user_id="operator", headers=headers)
        self.by_name[queue].append(stamp(replayed, self._clock()))
