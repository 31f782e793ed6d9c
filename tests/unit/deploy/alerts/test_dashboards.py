"""Every panel asks for something that exists."""

import json
from typing import Any

import pytest
import yaml

from shared.settings.processes import Settings
from tests.architecture.sources import ROOT
from tests.unit.deploy.alerts.expressions import find_metrics, list_known
from tests.unit.deploy.alerts.test_rules import RECORDED

FOLDER = ROOT / "deploy" / "grafana"
DASHBOARDS = {file.stem: json.loads(file.read_text()) for file in sorted((FOLDER / "dashboards").glob("*.json"))}
PANELS = {f"{name}: {panel['title']}": panel for name, dashboard in DASHBOARDS.items() for panel in dashboard["panels"]}


@pytest.mark.parametrize("panel", PANELS.values(), ids=PANELS)
def test_a_panel_asks_for_metrics_that_exist(panel: dict[str, Any]) -> None:
    assert panel["targets"]
    for target in panel["targets"]:
        expression = target["expr"].replace("$__rate_interval", "1m")
        assert find_metrics(expression) - RECORDED <= list_known()


@pytest.mark.parametrize("name", DASHBOARDS)
def test_a_dashboard_is_named_as_its_file_and_its_panels_apart(name: str) -> None:
    dashboard = DASHBOARDS[name]
    assert dashboard["uid"] == name
    ids = [panel["id"] for panel in dashboard["panels"]]
    assert len(ids) == len(set(ids))


def test_panels_ask_the_data_source_that_is_there() -> None:
    found = yaml.safe_load((FOLDER / "provisioning/datasources/prometheus.yml").read_text())["datasources"]
    assert {panel["datasource"]["uid"] for panel in PANELS.values()} == {source["uid"] for source in found}


def test_compose_starts_both_only_if_asked_and_on_loopback() -> None:
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    for name in ("prometheus", "grafana"):
        assert services[name]["profiles"] == ["observability"]
        assert all(port.startswith("127.0.0.1:") for port in services[name]["ports"])
        default = Settings.model_fields[f"{name}_image"].default
        assert services[name]["image"] == f"${{ACE_{name.upper()}_IMAGE:-{default}}}"


def test_prometheus_finds_every_service_of_compose() -> None:
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    targets = json.loads((ROOT / "deploy/prometheus/compose/services.json").read_text())
    ours = {name for name, service in services.items() if service.get("image") == "ace-services"}
    assert {target["labels"]["program"] for target in targets} == ours
    assert {target["targets"][0] for target in targets} == {f"{name}:9000" for name in ours}
    assert all("broker" in services[name]["networks"] for name in (*ours, "prometheus", "rabbitmq"))
