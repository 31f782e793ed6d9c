"""The broker's definitions file matches the topology."""

import json
from pathlib import Path

from shared.messaging import broker_admin

FOLDER = Path(__file__).parents[2] / "deploy/rabbitmq"


def test_the_definitions_are_not_stale() -> None:
    assert json.loads((FOLDER / "definitions.json").read_text()) == broker_admin.make_definitions(), (
        "the topology changed: acectl topology show > deploy/rabbitmq/definitions.json"
    )


def test_the_configuration_is_not_stale() -> None:
    assert (FOLDER / "90-ace.conf").read_text() == broker_admin.make_configuration(), "make documents"
    assert (FOLDER / "advanced.config").read_text() == broker_admin.make_advanced_configuration(), "make documents"
