"""The wheel and the images contain the services and what they share, and no developer tools."""

import re
import subprocess
from zipfile import ZipFile

import pytest
import yaml

from deploy.local.prepare import install_uv
from shared.messaging.topology import WORKERS
from tests.architecture.sources import ROOT

DOCKERFILE = (ROOT / "deploy/Dockerfile").read_text()
STAGES = {
    name: (base, instructions)
    for base, name, instructions in re.findall(r"^FROM (\S+) AS (\w\S*)$(.*?)(?=^FROM|\Z)", DOCKERFILE, re.M | re.S)
}
"""Each stage's base and instructions, by name."""

OURS = {"ace-services": "services", "ace-local": "local"}
"""The images that compose builds, and the stage of each."""


def copied(stage: str) -> set[tuple[str, str]]:
    """What a stage and its bases copy, as (stage, or "" for the project; file or folder)."""
    base, instructions = STAGES[stage]
    lines = re.findall(r"^COPY (?:--from=(\S+) )?(.+) \S+$", instructions, re.MULTILINE)
    own = {(origin, source) for origin, sources in lines for source in sources.split()}
    return own | (copied(base) if base in STAGES else set())


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The files of the wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [str(install_uv()), "build", "--quiet", "--offline", "--wheel", "--out-dir", str(folder), str(ROOT)]
    subprocess.run(command, check=True)  # noqa: S603  # the project's own uv
    [archive] = folder.glob("*.whl")
    with ZipFile(archive) as opened:
        return {name for name in opened.namelist() if not name.endswith("/")}


def test_the_wheel_holds_services_and_shared_and_nothing_else(wheel: set[str]) -> None:
    assert {name.partition("/")[0].partition("-")[0] for name in wheel} == {
        "services",
        "shared",
        "ace_portal_account_application",
    }


def test_the_wheel_holds_the_license(wheel: set[str]) -> None:
    assert [name for name in wheel if name.endswith(".dist-info/licenses/LICENSE")]


def test_the_wheel_holds_what_pages_and_emails_are_made_from(wheel: set[str]) -> None:
    files = {str(path.relative_to(ROOT)) for path in (ROOT / "services").rglob("*.html")}
    assert files
    assert files <= wheel


def test_the_services_image_holds_the_installed_wheel_and_the_pages_packages() -> None:
    assert copied("services") == {("build", "/app/.venv"), ("frontend", "/app/node_modules")}
    sources = ("pyproject.toml", "uv.lock", "README.md", "LICENSE", "shared", "services")
    assert copied("build") == {("", name) for name in sources}


def test_what_a_stage_needs_is_in_the_build_context() -> None:
    ignored = (ROOT / ".dockerignore").read_text().split()
    needed = {source for stage in STAGES for origin, source in copied(stage) if not origin}
    assert {f"!{name}" for name in needed} == {line for line in ignored if line.startswith("!")}


def test_services_run_from_their_image_and_the_tools_for_trying_out_from_the_other() -> None:
    containers = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    images = {name: container["image"] for name, container in containers.items() if container["image"] in OURS}
    programs = {"gateway", "console", *WORKERS}
    assert images == {**dict.fromkeys(programs, "ace-services"), "inbox": "ace-local", "setup": "ace-local"}


def test_compose_builds_each_image_once_and_pulls_none_of_ours() -> None:
    containers = [
        container
        for container in yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"].values()
        if container["image"] in OURS
    ]
    built = [(container["image"], container["build"]["target"]) for container in containers if "build" in container]
    assert sorted(built) == sorted(OURS.items())
    others = [container for container in containers if "build" not in container]
    assert all(container["pull_policy"] == "never" for container in others)
