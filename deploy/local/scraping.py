"""Tells a Prometheus on this machine where the metrics of a running system are (`deploy/prometheus/prometheus.yml`)."""

import json
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

FOLDER = "prometheus"


def write_targets(folder: Path, services: Iterable[tuple[str, str]], broker_port: int | None) -> None:
    """Writes each process's program and address, as Prometheus's file-based discovery reads them.

    Args:
        folder: the folder of the system's data.
        services: program and readiness URL of each process.
        broker_port: the port of the broker's own metrics; None if the broker is elsewhere.

    """
    targets = folder / FOLDER
    targets.mkdir(exist_ok=True)
    found = [{"targets": [urlsplit(url).netloc], "labels": {"program": program}} for program, url in services]
    (targets / "services.json").write_text(json.dumps(found, indent=2))
    broker = [{"targets": [f"127.0.0.1:{broker_port}"], "labels": {}}] if broker_port else []
    (targets / "rabbitmq.json").write_text(json.dumps(broker, indent=2))
