"""What a worker measures of its queues, and how ages are measured."""

from datetime import datetime

from shared.observability import metrics


class QueueMetrics:
    """The series of one queue, looked up once: this is on the path of every message."""

    def __init__(self, queue: str) -> None:
        self.results = {
            name: metrics.DELIVERIES.labels(queue, name) for name in ("done", "retried", "parked", "unanswered")
        }
        self.duration = metrics.DELIVERY_SECONDS.labels(queue)
        self.age = metrics.MESSAGE_AGE.labels(queue)
        self.conflicts = metrics.CONFLICTS.labels(queue)
        self.strangers = metrics.STRANGERS.labels(queue)
        self.oldest = metrics.OLDEST_MESSAGE.labels(queue)


def measure_age(since: datetime | None, now: datetime) -> float:
    """Seconds since then; 0 if there is nothing to measure, or the clocks differ."""
    return max(0.0, (now - since).total_seconds()) if since else 0.0
