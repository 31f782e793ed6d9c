"""Reads how everything stands: what `acectl top` reads, and how today's applications fare."""

from services.console.health.facts import Failure
from services.console.health.judge import judge_health
from services.console.health.observer import Observer
from services.console.queues import queue_lines, queue_statistics
from services.console.web.live.counting import Counting
from services.console.web.live.snapshot import Snapshot


class Reader:
    """Where each look gets its facts."""

    def __init__(self, observer: Observer, counting: Counting) -> None:
        self._observer = observer
        self._counting = counting

    async def look(self) -> Snapshot:
        """How everything stands now. What is away is a part of its health."""
        facts = await self._observer.look()
        broker, counts = facts.broker, self._counting.read(facts.at)
        found = {} if isinstance(broker, Failure) else dict(broker.queues)
        return Snapshot(
            at=facts.at,
            health=judge_health(facts),
            queues=() if isinstance(broker, Failure) else tuple(queue_lines.summarize_queues(found, ages=broker.ages)),
            delays=queue_statistics.summarize_delays(found),
            reached=counts.reached if counts else None,
            code_emails=counts.code_emails if counts else None,
        )
