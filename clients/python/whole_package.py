"""Builds the package whole: with what it shares with the services, taken from there under the package's own name.

So nothing is stored twice. An sdist holds all of it, and is built without this module.
"""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

HERE = Path(__file__).parent
PROJECT = HERE.parents[1]
PACKAGE = Path("src/ace_gateway_client")

SECURITY = ("__init__", "fingerprints", "keys", "networks", "sealing")
SHARED = ("contracts/*.py", *(f"security/{name}.py" for name in SECURITY))
"""What the package holds of `shared`."""

THIS_BACKEND = 'build-backend = "whole_package"\nbackend-path = ["."]\n'
PLAIN_BACKEND = 'build-backend = "uv_build"\n'


def list_files() -> dict[Path, Path]:
    """Every module of the package, and where it comes from."""
    own = {PACKAGE / path.relative_to(HERE / PACKAGE): path for path in (HERE / PACKAGE).glob("*.py")}
    shared = [path for pattern in SHARED for path in (PROJECT / "shared").glob(pattern)]
    return own | {PACKAGE / path.relative_to(PROJECT / "shared"): path for path in shared}


def read_module(path: Path) -> str:
    """A module's text, with imports of `shared` as those of the package."""
    return re.sub(r"\bshared\.(contracts|security)\b", r"ace_gateway_client.\1", path.read_text())


def write_project(folder: Path) -> None:
    """Writes a project that needs nothing outside its folder."""
    for target, source in list_files().items():
        (folder / target).parent.mkdir(parents=True, exist_ok=True)
        (folder / target).write_text(read_module(source))
    (folder / PACKAGE / "py.typed").touch()
    (folder / "pyproject.toml").write_text((HERE / "pyproject.toml").read_text().replace(THIS_BACKEND, PLAIN_BACKEND))
    shutil.copy(HERE / "README.md", folder)
    shutil.copy(PROJECT / "LICENSE", folder)


@contextmanager
def _enter_whole_project() -> Iterator[Any]:
    with TemporaryDirectory() as folder:
        write_project(Path(folder))
        before = Path.cwd()
        os.chdir(folder)
        try:
            yield import_module("uv_build")  # which is only where the package is built
        finally:
            os.chdir(before)


def build_wheel(wheel_directory: str, config_settings: Any = None, metadata_directory: str | None = None) -> str:
    """PEP 517."""
    with _enter_whole_project() as backend:
        return str(backend.build_wheel(wheel_directory, config_settings))


def build_sdist(sdist_directory: str, config_settings: Any = None) -> str:
    """PEP 517."""
    with _enter_whole_project() as backend:
        return str(backend.build_sdist(sdist_directory, config_settings))
