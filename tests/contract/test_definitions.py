"""The broker's definitions file matches the topology."""

import json
from pathlib import Path

from shared.messaging import broker_admin

FILE = Path(__file__).parents[2] / "deploy/rabbitmq/definitions.json"


def test_the_definitions_are_not_stale() -> None:
    assert json.loads(FILE.read_text()) == broker_admin.definitions(), (
        "the topology changed: acectl topology show > deploy/rabbitmq/definitions.json"
    )
