"""What the observer makes of what servers say."""

import asyncio

import pytest

from services.console.checks.form import count_form_processes
from services.console.health.trial import Result, Trial
from services.console.servers.broker_link import BrokerLink
from shared.contracts.conversations import FORM
from shared.messaging.permissions import name_replies
from shared.settings.console import ConsoleSettings


@pytest.mark.parametrize(
    ("queue", "count"),
    [
        ({"name": name_replies(FORM, "00ff"), "consumers": 1}, 1),
        ({"name": name_replies(FORM, "00ff"), "consumers": 0}, 0),
        ({"name": name_replies(FORM, "00ff")}, 0),
        ({"name": name_replies("operator", "00ff"), "consumers": 1}, 1),
        ({"name": name_replies("broker-line", "00ff"), "consumers": 1}, 0),
        ({"name": name_replies(f"{FORM}-2", "00ff"), "consumers": 1}, 0),
        ({"name": "intake.start-application", "consumers": 1}, 0),
    ],
    ids=[
        "ours",
        "left behind",
        "not known",
        "one user for all",
        "another gateway's",
        "a name that begins alike",
        "a worker's",
    ],
)
def test_only_our_own_form_s_processes_that_listen_count(queue: dict[str, object], count: int) -> None:
    assert count_form_processes([queue], "operator") == count


async def test_a_trial_that_a_lost_connection_cancels_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async def is_cancelled(_: BrokerLink) -> None:
        raise asyncio.CancelledError

    monkeypatch.setattr(BrokerLink, "connect", is_cancelled)
    assert await Trial(ConsoleSettings().model_copy(update={"rabbitmq_url": "amqp://localhost/"})).read() == Result()
