"""How much a metric grows: tests share the registries of one process."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry


def watch_growth(registry: CollectorRegistry, name: str, **labels: str) -> Callable[[], float]:
    """Returns what says how much a series has grown since now."""

    def read() -> float:
        return registry.get_sample_value(name, labels) or 0.0

    before = read()
    return lambda: read() - before
