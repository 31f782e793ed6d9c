"""Which metrics an expression asks for, and which there are."""

from collections.abc import Iterator

import promql_parser as promql
from prometheus_client.metrics import MetricWrapperBase

from tools.documents.metrics_page import list_metrics, name_metric

ELSEWHERE = frozenset(
    {
        "up",
        *(f"process_{name}" for name in ("cpu_seconds_total", "max_fds", "open_fds", "resident_memory_bytes")),
        *(
            f"rabbitmq_detailed_queue_{name}"
            for name in ("consumers", "messages", "messages_ready", "messages_unacked")
        ),
        "rabbitmq_alarms_free_disk_space_watermark",
        "rabbitmq_alarms_memory_used_watermark",
    }
)
"""What Prometheus, its client and RabbitMQ show (`test_make_run` asks the broker for its own)."""


def list_known() -> set[str]:
    """The names of all series that there are."""
    return {*ELSEWHERE, *(name for metric in list_metrics() for name in _list_series(metric))}


def _list_series(metric: MetricWrapperBase) -> Iterator[str]:
    name, (family,) = name_metric(metric), metric.describe()
    if family.type == "histogram":
        yield from (f"{name}_bucket", f"{name}_count", f"{name}_sum")
    else:
        yield name


def find_metrics(expression: str) -> set[str]:
    """The metrics in an expression. Raises `ValueError` if it is none."""
    return set(_walk(promql.parse(expression)))


def _walk(node: object) -> Iterator[str]:
    if isinstance(node, promql.VectorSelector):
        assert node.name, "a selector without a name asks for everything"
        yield node.name
    elif isinstance(node, promql.MatrixSelector):
        yield from _walk(node.vector_selector)
    elif isinstance(node, promql.Call):
        for argument in node.args:
            yield from _walk(argument)
    elif isinstance(node, promql.BinaryExpr):
        yield from _walk(node.lhs)
        yield from _walk(node.rhs)
    elif isinstance(node, promql.AggregateExpr | promql.ParenExpr | promql.SubqueryExpr | promql.UnaryExpr):
        yield from _walk(node.expr)
    elif not isinstance(node, promql.NumberLiteral | promql.StringLiteral):
        raise TypeError(f"unknown kind of expression: {type(node).__name__}")
