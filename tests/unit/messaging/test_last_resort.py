"""If recovery fails, a message is parked as it came, or left to the broker; it never blocks the queue."""

from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from shared.domain.errors import TransientFailure
from tests.unit.messaging.bench import WORKER, Bench, a_guess, an_application
from tests.unit.messaging.broker import away


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Silences tracebacks, which take seconds to write in color."""
    with structlog.testing.capture_logs():
        yield


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Bench:
    bench = Bench(monkeypatch)
    bench.store.put(an_application())
    return bench


def away_for_now(*_: Any) -> Any:
    raise TransientFailure("away")


async def test_a_delivery_whose_recovery_fails_is_parked_as_it_came(bench: Bench) -> None:
    bench.broker.refuses = lambda sent: KeyError("a defect") if sent.exchange.startswith("ace.retry") else None
    sent = await bench.take(away_for_now, a_guess())
    [dead] = bench.broker.to("ace.dead")
    assert (dead.body, dead.message_id, dead.type, dead.user_id) == (sent.body, sent.message_id, sent.type, WORKER)
    assert dead.headers["ace-reason"] == "recovery failed; see the log of that time"
    assert bench.journal[-1] == "acknowledged"


async def test_while_the_broker_confirms_nothing_it_insists(bench: Bench) -> None:
    def refuses(sent: Any) -> BaseException | None:
        if sent.exchange.startswith("ace.retry"):
            return KeyError("a defect")
        return away(sent) if len(bench.pauses) < 3 else None

    bench.broker.refuses = refuses
    await bench.take(away_for_now, a_guess())
    assert len(bench.pauses) == 3
    assert bench.journal == ["forwarded to ace.dead", "acknowledged"]


async def test_one_that_cannot_be_parked_either_is_left_to_the_broker(bench: Bench) -> None:
    bench.broker.refuses = lambda sent: KeyError("a defect")
    await bench.take(away_for_now, a_guess())
    assert bench.channel.acknowledged == 0
    assert bench.journal == []
