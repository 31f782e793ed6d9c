"""Each alert fires when it should and not otherwise, says what to do, and asks for metrics that exist."""

import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.architecture.sources import ROOT
from tests.architecture.test_documents import slugs
from tests.unit.deploy.alerts.cases import CASES, Case, Series
from tests.unit.deploy.alerts.expressions import find_metrics, list_known
from tools.promtool import find_promtool

FOLDER = ROOT / "deploy" / "prometheus"
RULES = sorted((FOLDER / "rules").glob("*.yml"))


@dataclass(frozen=True)
class Rule:
    """A rule: what it records, or its alert."""

    name: str
    expression: str
    annotations: dict[str, str]
    severity: str


def list_rules(*files: Path) -> Iterator[Rule]:
    """The rules of these files, or of all."""
    for file in files or RULES:
        for group in yaml.safe_load(file.read_text())["groups"]:
            for rule in group["rules"]:
                name = rule.get("alert") or rule["record"]
                severity = rule.get("labels", {}).get("severity", "")
                yield Rule(name, rule["expr"], rule.get("annotations", {}), severity)


ALERTS = [rule for rule in list_rules() if rule.severity]
RECORDED = frozenset(rule.name for rule in list_rules() if not rule.severity)


def describe(case: Case, series: Series, *, fires: bool) -> dict[str, Any]:
    """A test of promtool: whether the alert is firing at that time."""
    firing = f'count(ALERTS{{alertname="{case.alert}",alertstate="firing"}})'
    expected = [{"labels": "{}", "value": 1}] if fires else []
    return {
        "interval": case.step,
        "input_series": [{"series": name, "values": values} for name, values in series.items()],
        "promql_expr_test": [{"expr": firing, "eval_time": case.at, "exp_samples": expected}],
    }


def run(*arguments: str | Path) -> None:
    done = subprocess.run([find_promtool(), *arguments], capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(("file", "step"), [("alerts", "1m"), ("objectives", "1m"), ("objectives", "30m")])
def test_every_alert_fires_when_it_should_and_only_then(file: str, step: str, tmp_path: Path) -> None:
    rules = FOLDER / "rules" / f"{file}.yml"
    names = {rule.name for rule in list_rules(rules)}
    tests = [
        describe(case, series, fires=fires)
        for case in CASES
        for series, fires in ((case.fires, True), (case.silent, False))
        if case.step == step and case.alert in names
    ]
    groups = [group["name"] for group in yaml.safe_load(rules.read_text())["groups"]]  # otherwise their order is chance
    written = tmp_path / "tests.yml"
    written.write_text(
        json.dumps(
            {"rule_files": [str(rules)], "evaluation_interval": step, "group_eval_order": groups, "tests": tests}
        )
    )
    run("test", "rules", written)


def test_every_alert_has_a_case() -> None:
    assert {case.alert for case in CASES} == {alert.name for alert in ALERTS}


def test_the_configuration_is_one() -> None:
    run("check", "config", FOLDER / "prometheus.yml")


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.name)
def test_an_alert_says_how_urgent_it_is_and_leads_to_its_runbook(alert: Rule) -> None:
    assert alert.severity in ("page", "ticket")
    document, _, anchor = alert.annotations["runbook"].partition("#")
    assert anchor == alert.name.lower()
    assert anchor in slugs(ROOT / document)


@pytest.mark.parametrize("rule", [*list_rules()], ids=lambda rule: rule.name)
def test_a_rule_asks_for_metrics_that_exist(rule: Rule) -> None:
    assert find_metrics(rule.expression) - RECORDED <= list_known()


def test_a_misspelled_metric_would_be_noticed() -> None:
    assert find_metrics("sum(rate(ace_emials_total[5m])) > 0") - list_known() == {"ace_emials_total"}


def test_objectives_have_a_window_for_each_rate() -> None:
    windows = {re.sub(r".*ratio_rate", "", name) for name in RECORDED}
    assert windows == {"5m", "30m", "1h", "2h", "6h", "1d", "3d"}
