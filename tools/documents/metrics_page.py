"""The page of all metrics, from their sentences: ``.venv/bin/python -m tools.documents.metrics_page``.

It prints `docs/metrics.md`. A test in `tests/architecture` fails when that file is stale.
"""

import sys
from collections.abc import Iterator

from prometheus_client.metrics import MetricWrapperBase

from shared.observability import metrics

HEADING = """\
<!-- Generated from shared/observability/metrics.py by `make documents` -->
# Metrics

Every process shows its metrics as `/metrics` on its health port (`ACE_HEALTH_PORT`; without one, the form has them on
its own port), with what the Prometheus client says of each process (`process_cpu_seconds_total`,
`process_resident_memory_bytes`, `process_open_fds`). `deploy/prometheus/prometheus.yml` asks all of them:

| Where | Which ports | Who tells Prometheus |
|---|---|---|
| `make run` | picked at each start | `.data/prometheus/`, which `make run` writes |
| `docker compose` | 9000 in each container, 15692 at the broker | `deploy/prometheus/compose/` |
| elsewhere | `ACE_HEALTH_PORT` of each process; 15692 at RabbitMQ | your own discovery |

Depths of queues, dead letters and consumers are the broker's to tell, also while every worker is down: Prometheus asks
RabbitMQ itself, through its plugin `rabbitmq_prometheus` (`rabbitmq_detailed_queue_messages`,
`rabbitmq_detailed_queue_consumers`).

Alerts are in `deploy/prometheus/rules/`, each with its [runbook](runbooks.md#alerts), and the two objectives with
them: 99 % of the code emails within ten seconds of the click, and a form that is available to 99.9 % of the requests.
Dashboards are in `deploy/grafana/dashboards/`. `docker compose --profile observability up` starts Prometheus on port
9090 (`ACE_PROMETHEUS_PORT`) and Grafana on port 3000 (`ACE_GRAFANA_PORT`) with all of it.

Series whose labels are known are there from the start, at 0. None holds personal data: labels are queues, pages,
states, problems and kinds, never what a visitor sends.

| Metric | Type | Labels | Meaning | Shown by |
|---|---|---|---|---|
"""


def make_page() -> str:
    """The text of `docs/metrics.md`."""
    return HEADING + "".join(f"| {' | '.join(row)} |\n" for row in _list_rows())


def list_metrics() -> Iterator[MetricWrapperBase]:
    """Every metric of ours, in the order of the file."""
    return (metric for metric in vars(metrics).values() if isinstance(metric, MetricWrapperBase))


def name_metric(metric: MetricWrapperBase) -> str:
    """Its name in expressions; of a histogram, without ``_bucket``, ``_sum`` and ``_count``."""
    (family,) = metric.describe()
    return family.name + {"counter": "_total", "info": "_info"}.get(family.type, "")


def _list_rows() -> Iterator[tuple[str, str, str, str, str]]:
    for metric in list_metrics():
        (family,) = metric.describe()
        name = name_metric(metric)
        labels = ", ".join(f"`{label}`" for label in metric._labelnames) or "none"
        yield f"`{name}`", family.type, labels, f"{family.documentation}.", _name_programs(metric)


def _name_programs(metric: MetricWrapperBase) -> str:
    (family,) = metric.describe()
    shown = [
        program
        for program, registries in metrics.PROGRAMS.items()
        if any(family.name in registry._names_to_collectors for registry in registries)
    ]
    return "every program" if len(shown) == len(metrics.PROGRAMS) else ", ".join(shown)


if __name__ == "__main__":
    sys.stdout.write(make_page())
