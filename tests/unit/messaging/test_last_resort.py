"""If recovery fails, a message is parked as it came, or left to the broker; it never blocks the queue."""

from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from tests.support.memory.broker import away
from tests.unit.messaging.decisions import away_for_now
from tests.unit.messaging.rig import WORKER, Rig, a_guess


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Silences tracebacks, which take seconds to write in color."""
    with structlog.testing.capture_logs():
        yield


async def test_a_delivery_whose_recovery_fails_is_parked_as_it_came(rig: Rig) -> None:
    rig.broker.refuses = lambda sent: KeyError("a bug") if sent.exchange.startswith("ace.retry") else None
    sent = await rig.take(away_for_now, a_guess())
    [dead] = rig.broker.to("ace.dead")
    assert (dead.body, dead.message_id, dead.type, dead.user_id) == (sent.body, sent.message_id, sent.type, WORKER)
    assert dead.headers["ace-reason"] == "recovery failed; see the log of that time"
    assert rig.journal[-1] == "acknowledged"


async def test_while_the_broker_confirms_nothing_it_insists(rig: Rig) -> None:
    def refuses(sent: Any) -> BaseException | None:
        if sent.exchange.startswith("ace.retry"):
            return KeyError("a bug")
        return away(sent) if len(rig.pauses) < 3 else None

    rig.broker.refuses = refuses
    await rig.take(away_for_now, a_guess())
    assert len(rig.pauses) == 3
    assert rig.journal == ["forwarded to ace.dead", "acknowledged"]


async def test_one_that_cannot_be_parked_either_is_left_to_the_broker(rig: Rig) -> None:
    rig.broker.refuses = lambda sent: KeyError("a bug")
    await rig.take(away_for_now, a_guess())
    assert rig.channel.acknowledged == 0
    assert rig.journal == []
