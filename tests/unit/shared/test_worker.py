"""A worker process that cannot start exits with a failure, so that its supervisor restarts it."""

import pytest

from shared import worker
from tests.support.services import serve_until_it_fails, wire
from tests.support.settings import settings_with_keys


async def test_a_worker_whose_start_fails_exits_with_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(_broker: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(worker, "start_when_reachable", fails)
    settings = settings_with_keys(rabbitmq_url="amqp://worker@127.0.0.1:1/", mongodb_url="mongodb://127.0.0.1:1/")
    await serve_until_it_fails(wire(settings, "verifier"), within=10)
