"""How far gateways' clocks are off: the time that a command claims against the broker's stamp."""

from datetime import datetime, timedelta

import structlog

from shared.contracts.message import Command
from shared.domain.lateness import COUNTS_BACK
from shared.messaging.delivery import Delivery
from shared.observability import metrics

log = structlog.get_logger()

AHEAD = timedelta(seconds=2)
"""How far ahead a gateway's clock may be before it is worth a line. No delay explains that."""

TOLD_AGAIN = timedelta(hours=1)
"""After this, the same gateway is worth another line."""


class ClockSkews:
    """Measures commands on their first delivery."""

    def __init__(self) -> None:
        self._told_at: dict[str, datetime] = {}

    def note(self, delivery: Delivery, now: datetime) -> None:
        """Notes by how much a command's time differs from its stamp; warns, but not for each command."""
        if not isinstance(delivery.message, Command) or delivery.stamped_at is None:
            return
        skew = delivery.message.taken_at - delivery.stamped_at
        metrics.GATEWAY_SKEW.labels(delivery.user).set(skew.total_seconds())
        if -COUNTS_BACK <= skew <= AHEAD:
            return
        metrics.SKEWED.labels(delivery.user).inc()
        told_at = self._told_at.get(delivery.user)
        if told_at and now < told_at + TOLD_AGAIN:
            return
        self._told_at[delivery.user] = now
        log.warning(
            "a gateway's time is not the broker's",
            gateway=delivery.user,
            seconds=skew.total_seconds(),
            reason="its clock is fast" if skew > AHEAD else "its clock is slow, or it was without the broker",
        )
