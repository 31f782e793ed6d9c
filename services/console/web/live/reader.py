"""Reads how everything stands: what `acectl top` reads, and how today's applications fare."""

from collections import Counter
from collections.abc import Callable

from services.console.health.facts import BrokerFacts, Failure
from services.console.health.judge import judge_health
from services.console.health.observer import Observer
from services.console.queues import queue_lines, queue_statistics
from services.console.queues.queue_lines import QueueLine
from services.console.web.live.counting import Counting
from services.console.web.live.snapshot import Snapshot


class Reader:
    """Where each look gets its facts."""

    def __init__(self, observer: Observer, counting: Counting, start: Callable[[str], str]) -> None:
        """`start` says how a program is started where this system runs."""
        self._observer = observer
        self._counting = counting
        self._start = start

    async def look(self) -> Snapshot:
        """How everything stands now. What is away is a part of its health."""
        facts = await self._observer.look()
        broker, counts = facts.broker, self._counting.read(facts.at)
        found = {} if isinstance(broker, Failure) else dict(broker.queues)
        return Snapshot(
            at=facts.at,
            health=judge_health(facts, self._start),
            queues=() if isinstance(broker, Failure) else _summarize(broker),
            delays=queue_statistics.summarize_delays(found),
            reached=counts.reached if counts else None,
            code_emails=counts.code_emails if counts else None,
        )


def _summarize(broker: BrokerFacts) -> tuple[QueueLine, ...]:
    """A line for each queue. How many of its messages wait to be tried again is known while none do: no look here."""
    waits: dict[str, Counter[str]] | None = {} if queue_statistics.is_nothing_delayed(broker.queues) else None
    return tuple(queue_lines.summarize_queues(broker.queues, waits, broker.ages))
