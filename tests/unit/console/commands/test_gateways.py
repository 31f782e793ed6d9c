"""What `acectl gateways add` gives an author can be used by any AMQP client."""

import pytest

from services.console.commands import gateways


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("amqp://ace:ace@127.0.0.1:5672/", "amqp://kiosk:secret@127.0.0.1:5672/%2F"),
        ("amqps://ace:ace@broker.example", "amqps://kiosk:secret@broker.example/%2F"),
        ("amqp://ace:ace@broker.example/?heartbeat=5", "amqp://kiosk:secret@broker.example/%2F?heartbeat=5"),
        ("amqp://ace:ace@broker.example/%2F", "amqp://kiosk:secret@broker.example/%2F"),
        ("amqp://ace:ace@broker.example/portal", "amqp://kiosk:secret@broker.example/portal"),
    ],
)
def test_its_url_names_the_same_virtual_host_to_every_client(ours: str, theirs: str) -> None:
    assert gateways.make_url(ours, "kiosk", "secret") == theirs
