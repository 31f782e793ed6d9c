"""A worker process that cannot start exits with a failure, so that its supervisor restarts it."""

import asyncio
import signal

import pytest

from shared import worker
from shared.worker import Worker
from tests.support.settings import settings_with_keys


async def test_a_worker_whose_start_fails_exits_with_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(_broker: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(worker, "start_when_reachable", fails)
    settings = settings_with_keys(rabbitmq_url="amqp://worker@127.0.0.1:1/", mongodb_url="mongodb://127.0.0.1:1/")
    try:
        with pytest.raises(SystemExit) as exit:
            async with asyncio.timeout(10):
                await Worker("verifier", settings).serve()
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().remove_signal_handler(number)
    assert exit.value.code == 1
