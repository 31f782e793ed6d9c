"""`docs/asyncapi.yaml` matches the contracts and topology, and AsyncAPI's own parser accepts it."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from shared.contracts.catalogue import CONTRACTS
from shared.contracts.problem import Problem
from shared.messaging.topology import WORK_QUEUES
from tests.support.node import hold_packages, run
from tests.support.old_versions import VERSIONS
from tools.documents import asyncapi

ROOT = Path(__file__).parents[2]
WRITTEN = ROOT / "docs" / "asyncapi.yaml"
CHECK = """
import { readFileSync } from "node:fs";
import { Parser } from "@asyncapi/parser";
const { diagnostics } = await new Parser().parse(readFileSync(process.argv[1], "utf8"));
console.log(JSON.stringify(diagnostics));
"""


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(WRITTEN.read_text())
    return found


def test_the_document_is_not_stale() -> None:
    assert WRITTEN.read_text() == asyncapi.as_yaml(), "python -m tools.documents.asyncapi > docs/asyncapi.yaml"


def test_it_has_every_queue_message_and_problem(document: dict[str, Any]) -> None:
    queues = {channel["x-queue"]["name"] for channel in document["channels"].values() if "x-queue" in channel}
    assert queues == {queue.name for queue in WORK_QUEUES}
    assert set(document["components"]["messages"]) == set(CONTRACTS)
    assert document["components"]["schemas"]["Problem"]["x-known-values"] == [problem.value for problem in Problem]


def test_an_older_version_is_announced_beside_the_newest() -> None:
    described = asyncapi.make_document(VERSIONS)
    told = {"since": "2026-11-29", "taken-until": "2027-11-29", "use": "start-application.v1"}
    assert described["components"]["messages"]["start-application.v0"]["x-deprecated"] == told
    assert list(described["channels"]["intake.start-application"]["messages"]) == [
        "start-application.v1",
        "start-application.v0",
    ]
    assert_references_lead_somewhere(described)


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    assert_references_lead_somewhere(document)


def assert_references_lead_somewhere(document: dict[str, Any]) -> None:
    def references(value: Any) -> list[str]:
        if isinstance(value, dict):
            here = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
            return here + [found for inner in value.values() for found in references(inner)]
        return [found for inner in value for found in references(inner)] if isinstance(value, list) else []

    for reference in references(document):
        found: Any = document
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]


@pytest.mark.full
def test_asyncapis_own_parser_finds_no_error() -> None:
    folder = Path(__file__).parent / "generators"
    with hold_packages(folder):
        found = run("node", "--input-type=module", "--eval", CHECK, str(WRITTEN), cwd=folder)
    assert [one for one in json.loads(found) if one["severity"] <= 1] == []
