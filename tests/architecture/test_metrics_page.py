"""The documents list every metric, and metrics are named as Prometheus names them."""

import pytest
from prometheus_client import generate_latest
from prometheus_client.metrics import MetricWrapperBase

from shared.observability import metrics
from tests.architecture.sources import ROOT
from tools.documents import metrics_page

UNITS = {"counter": "", "histogram": "_seconds"}
"""How a name ends. Counters get `_total` besides."""


def test_the_page_of_metrics_is_not_stale() -> None:
    written = (ROOT / "docs" / "metrics.md").read_text()
    assert written == metrics_page.make_page(), "run `make documents`"


@pytest.mark.parametrize("metric", [*metrics_page.list_metrics()], ids=str)
def test_a_metric_has_its_unit_in_its_name_and_a_sentence(metric: MetricWrapperBase) -> None:
    (family,) = metric.describe()
    assert family.name.startswith("ace_")
    assert family.name.endswith(UNITS.get(family.type, ""))
    assert len(family.documentation) > 20
    assert not family.documentation.endswith(".")


@pytest.mark.parametrize("program", metrics.PROGRAMS)
def test_no_series_says_when_it_was_created(program: str) -> None:
    shown = b"".join(map(generate_latest, metrics.PROGRAMS[program])).decode()
    assert "ace_build_info" in shown
    assert "_created" not in shown


def test_what_is_known_is_there_from_the_start() -> None:
    parked = {"kind": "account-ready", "result": "parked"}
    assert metrics.MAILERS.get_sample_value("ace_emails_total", parked) is not None
    problems = {"state": "rejected", "problem": "importer-not-matched"}
    assert metrics.APPLICATIONS.get_sample_value("ace_applications_total", problems) is not None


def test_no_program_shows_what_another_measures() -> None:
    shown = b"".join(map(generate_latest, metrics.PROGRAMS["gateway"])).decode()
    assert "ace_broker_stamps" not in shown, "its 0 would say that the broker is not to be trusted"
