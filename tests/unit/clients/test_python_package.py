"""The Python package holds contracts, sealing and a client, and nothing of the services."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest

import whole_package
from ace_gateway_client import client
from deploy.local.prepare import install_uv
from shared.messaging import topology
from shared.messaging.permissions import name_replies
from tests.architecture.sources import ROOT

HERE = ROOT / "clients/python"
OWN = {"__init__", "client", "commands", "replies"}
SECURITY = {"__init__", "fingerprints", "keys", "networks", "sealing"}
DEPENDENCIES = {"aio_pika", "cryptography", "pydantic"}
README = re.findall(r"^```python\n(.*?)^```$", (HERE / "README.md").read_text(), re.MULTILINE | re.DOTALL)


def test_the_package_holds_the_contracts_sealing_and_a_client_and_nothing_else() -> None:
    contracts = {path.stem for path in (ROOT / "shared/contracts").glob("*.py")}
    names = {path.relative_to(whole_package.PACKAGE).with_suffix("").as_posix() for path in whole_package.list_files()}
    assert names == OWN | {f"contracts/{name}" for name in contracts} | {f"security/{name}" for name in SECURITY}


def test_its_modules_import_each_other_and_three_libraries(tmp_path: Path) -> None:
    whole_package.write_project(tmp_path)
    found = {name for path in tmp_path.rglob("*.py") for name in list_imports(path)}
    assert found - set(sys.stdlib_module_names) == {*DEPENDENCIES, "ace_gateway_client"}
    stated = tomllib.loads((tmp_path / "pyproject.toml").read_text())
    assert {re.split(r"\W", one.replace("-", "_"))[0] for one in stated["project"]["dependencies"]} == DEPENDENCIES
    assert stated["build-system"]["build-backend"] == "uv_build"
    assert (tmp_path / "LICENSE").read_text() == (ROOT / "LICENSE").read_text()


def list_imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module
            yield node.module.partition(".")[0]


def test_it_works_without_the_project_beside_it(tmp_path: Path) -> None:
    whole_package.write_project(tmp_path)
    program = f"{README[0]}\nimport sys\nassert 'shared' not in sys.modules"
    command = (sys.executable, "-c", program)
    subprocess.run(command, cwd=tmp_path / "src", check=True, timeout=60)  # noqa: S603


def test_it_names_exchange_and_queues_as_the_broker_does() -> None:
    assert client.COMMANDS == topology.COMMANDS
    assert topology.QUESTION_LIFETIME.total_seconds() == client.QUESTION_LIFETIME
    assert f"{client.REPLIES}.kiosk.0a1b" == name_replies("kiosk", "0a1b")


@pytest.mark.full
def test_it_is_built_and_installed_by_itself(tmp_path: Path) -> None:
    """By way of the source distribution, as an index would have it. Downloads its libraries."""
    uv, python = str(install_uv()), str(tmp_path / "venv/bin/python")

    def run(*command: str) -> None:
        subprocess.run(command, check=True, cwd=tmp_path, timeout=240)  # noqa: S603

    run(uv, "build", "--quiet", "--out-dir", str(tmp_path / "dist"), str(HERE))
    [wheel] = (tmp_path / "dist").glob("*.whl")
    run(uv, "venv", "--quiet", "--python", sys.executable, str(tmp_path / "venv"))
    run(uv, "pip", "install", "--quiet", "--python", python, str(wheel))
    run(python, "-c", README[0])
    with ZipFile(wheel) as opened:
        assert [name for name in opened.namelist() if name.endswith(".dist-info/licenses/LICENSE")]
