"""How many emails of each kind a process of the code mailer takes at once."""

from typing import Any

import pytest

from services.notifier.app import wire_code_mailer
from shared.security.keys import make_ring
from shared.worker import Worker
from tests.support.written_emails import SETTINGS


def test_digests_take_few_of_the_mailers_places(monkeypatch: pytest.MonkeyPatch) -> None:
    at_once: dict[str, int] = {}

    def consume(_broker: Any, queue: str, _take: Any, *, prefetch: int) -> None:
        at_once[queue] = prefetch

    monkeypatch.setattr("shared.worker.consume", consume)
    settings = SETTINGS.model_copy(
        update={
            "rabbitmq_url": "amqp://code-mailer:secret@127.0.0.1:9/",
            "mongodb_url": "mongodb://127.0.0.1:9/",
            "keys_code_email": make_ring(),
        }
    )
    wire_code_mailer(Worker("code-mailer", settings))
    assert at_once["notifier.send-digest"] == 2
    assert at_once["notifier.send-code"] == settings.prefetch > 2
