"""The TypeScript package compiles, reads and seals as the documents say. Its contracts: `tests/contract`."""

import json
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT
from tests.support.certificates import make_for_tests
from tests.support.node import CLIENT, hold_packages, install_client, run


def test_it_needs_one_library() -> None:
    assert list(json.loads((CLIENT / "package.json").read_text())["dependencies"]) == ["amqplib"]


def test_its_own_tests_pass() -> None:
    """Types, vectors, goldens, and the README's code: whatever needs no broker."""
    with hold_packages(CLIENT):
        run("npm", "test", cwd=CLIENT)


@pytest.mark.full
def test_its_client_survives_what_happens_to_connections(rabbitmq_url: str, tmp_path: Path) -> None:
    settings = {"ACE_RABBITMQ_URL": rabbitmq_url, "ACE_TEST_CERTIFICATES": str(make_for_tests(tmp_path).folder)}
    with hold_packages(CLIENT):
        run("npm", "run", "pretest", cwd=CLIENT)
        run("npm", "run", "test:broker", cwd=CLIENT, **settings)


@pytest.mark.full
def test_it_is_installed_by_itself(tmp_path: Path) -> None:
    install_client(tmp_path)
    installed = tmp_path / "node_modules/ace-gateway-client"
    assert (installed / "LICENSE").read_text() == (ROOT / "LICENSE").read_text()
    assert {path.name for path in installed.iterdir()} == {"LICENSE", "README.md", "dist", "package.json"}
    run("node", "code.js", cwd=tmp_path)
