"""Time limits that depend on each other but are stated where they are used."""

from deploy.local.system import SERVICE_STOPS_WITHIN
from services.notifier.connections import REPLY_WITHIN
from shared.domain.email import HAND_OVER_WITHIN, LEASE
from shared.worker import ACKNOWLEDGED_WITHIN, ARRIVED_WITHIN, FINISHED_WITHIN, STARTED_WITHIN


def test_a_hand_over_ends_before_another_notifier_may_begin_one() -> None:
    assert REPLY_WITHIN < HAND_OVER_WITHIN.total_seconds() < LEASE.total_seconds()


def test_a_stopping_worker_finishes_a_handover_before_it_is_killed() -> None:
    stopping = STARTED_WITHIN + ARRIVED_WITHIN + FINISHED_WITHIN + ACKNOWLEDGED_WITHIN
    assert HAND_OVER_WITHIN.total_seconds() < FINISHED_WITHIN
    assert stopping < SERVICE_STOPS_WITHIN
