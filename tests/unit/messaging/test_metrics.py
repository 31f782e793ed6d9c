"""What operators see of a queue."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from shared.domain.decision import Decision, Situation
from shared.domain.errors import PermanentFailure, TransientFailure
from shared.observability.metrics import APPLICATIONS, WORKERS
from tests.support.memory.broker import delivered
from tests.support.series import watch_growth
from tests.unit.messaging.decisions import abandons_and_tells
from tests.unit.messaging.rig import START, Rig, a_guess

QUEUE = "verifier.check-code"


def read_oldest() -> float | None:
    return WORKERS.get_sample_value("ace_oldest_message_seconds", {"queue": QUEUE})


async def test_a_delivery_counts_by_its_end(rig: Rig) -> None:
    done, retried, parked = (
        watch_growth(WORKERS, "ace_deliveries_total", queue=QUEUE, result=result)
        for result in ("done", "retried", "parked")
    )

    def fails(*_: Any) -> Decision:
        raise TransientFailure("the database is away")

    def refuses(*_: Any) -> Decision:
        raise PermanentFailure("it never will")

    await rig.take(abandons_and_tells)
    assert (done(), retried(), parked()) == (1, 0, 0)
    await rig.take(fails)
    assert (done(), retried(), parked()) == (1, 1, 0)
    await rig.take(refuses)
    assert (done(), retried(), parked()) == (1, 1, 1)


async def test_a_state_counts_once_it_is_entered(rig: Rig) -> None:
    abandoned = watch_growth(APPLICATIONS, "ace_applications_total", state="abandoned", problem="none")
    sent = a_guess(id=uuid4())
    await rig.take(abandons_and_tells, sent)
    await rig.take(abandons_and_tells, sent)
    assert abandoned() == 1


async def test_the_age_of_what_is_handled_is_seen_while_it_is_handled(rig: Rig) -> None:
    aged = watch_growth(WORKERS, "ace_message_age_seconds_sum", queue=QUEUE)
    during: list[float | None] = []

    def looks(*_: Any) -> Decision:
        rig.clock.at += timedelta(seconds=5)
        during.append(read_oldest())
        return Decision()

    rig.clock.at = START + timedelta(seconds=30)
    await rig.take(looks, a_guess(START))
    assert aged() == 30, "its age when a worker began with it"
    assert during == [35]
    assert read_oldest() == 0


async def test_an_unreadable_message_leaves_no_age_behind(rig: Rig) -> None:
    def never(_command: Any, _situation: Situation, _facts: Any) -> Decision:
        raise AssertionError

    broken = a_guess(START)
    raw = delivered(broken, rig.channel)
    raw.body = b"{"
    await rig.processor(never).take(raw)
    rig.clock.at += timedelta(hours=1)
    assert read_oldest() == 0
