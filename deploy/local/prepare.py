"""Creates `.venv` and `node_modules`, and recreates them when their sources change. Standard library only.

uv creates the Python environment from `uv.lock`. pip installs uv from the Python package index into the project's
cache. Without pip, Debian's package of it is unpacked into the cache first.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

from deploy.local import PROJECT, frontend
from deploy.local.processes import parent_death
from deploy.local.screen import terminal
from embedded_servers.errors import SetupError
from embedded_servers.system_packages import apt
from embedded_servers.system_packages.cache import hold_lock, make_cache_folder
from embedded_servers.system_packages.distribution import UNSUPPORTED, identify_distribution

UV = "uv==0.13.9"
ENVIRONMENT = Path(".venv")
STAMP = ENVIRONMENT / ".made-from"
INPUTS = (Path("uv.lock"), Path("pyproject.toml"))
COMPLAINTS = ("\u00d7", "error", "ERROR")  # how uv's and pip's error lines begin
TOOLS = {"setpriv": "util-linux", "ldd": "libc-bin"}


def main() -> int:
    """Creates both, then execs the command in the arguments with `.venv`'s Python. Returns 1 on failure."""
    parent_death.watch()
    try:
        _check_machine()
        made_from = _compute_fingerprint()
        if not STAMP.is_file() or STAMP.read_text() != made_from:
            _make()
            STAMP.write_text(made_from)
        frontend.prepare()
    except SetupError as error:
        terminal.complain(error)
        return 1
    except KeyboardInterrupt:
        return 130
    if sys.argv[1:]:
        os.environ.pop("PYTHONPATH", None)  # bootstrap.sh set it for this program only
        python = str(ENVIRONMENT / "bin/python")
        os.execv(python, [python, *sys.argv[1:]])  # noqa: S606  # no shell, on purpose
    return 0


def _check_machine() -> None:
    servers_elsewhere = {"ACE_RABBITMQ_URL", "ACE_MONGODB_URL"} <= os.environ.keys()
    if not identify_distribution().supported and not servers_elsewhere:
        raise SetupError(f"{UNSUPPORTED}: use `docker compose up` instead")
    for tool, package in TOOLS.items():
        if shutil.which(tool) is None:
            raise SetupError(f"the command {tool} is missing: install the package {package}")


def _compute_fingerprint() -> str:
    """A digest of the sources of `.venv`."""
    digest = hashlib.sha256(sys.version.encode())
    for file in INPUTS:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _make() -> None:
    uv = install_uv()
    settings = {"UV_PROJECT_ENVIRONMENT": str(ENVIRONMENT), "UV_PYTHON_DOWNLOADS": "never"}
    command = [str(uv), "sync", "--quiet", "--frozen", "--all-groups", "--python", sys.executable]
    with terminal.step(f"Making {ENVIRONMENT} from {INPUTS[0]}"):
        _run(command, settings, "the Python environment cannot be made")


def install_uv() -> Path:
    """Returns the path of uv, which the first call installs into the cache. Raises `SetupError`."""
    folder = make_cache_folder(PROJECT) / UV.replace("==", "-")
    with hold_lock(folder.with_name("uv.lock")):
        if not folder.is_dir():
            pip = _find_pip()
            partial = folder.with_name(f"{folder.name}.partial")
            shutil.rmtree(partial, ignore_errors=True)
            settings = {"PIP_USER": "no", "PIP_REQUIRE_VIRTUALENV": "no", "PIP_DISABLE_PIP_VERSION_CHECK": "yes"}
            command = [*pip, "install", "--quiet", "--target", str(partial), UV]
            with terminal.step(f"Installing {UV} into the cache"):
                _run(command, settings, "uv cannot be installed from the Python package index")
                partial.rename(folder)
    return folder / "bin/uv"


def _find_pip() -> list[str]:
    """The command for pip: this Python's, or Debian's wheel of it."""
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip"]
    tree = apt.unpack(
        "pip", ["python3-pip-whl"], status=partial(apt.pretend_absent, "python3-pip-whl"), progress=terminal.step
    )
    wheel = next(tree.glob("usr/share/python-wheels/pip-*.whl"))
    return [sys.executable, f"{wheel}/pip"]


def _run(command: list[str], settings: dict[str, str], failure: str) -> None:
    """Runs a command. Raises `SetupError` with its first complaint if it fails."""
    done = subprocess.run(
        ["setpriv", "--pdeathsig", "KILL", *command],
        env={**os.environ, **settings},
        check=False,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    if done.returncode != 0:
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip()] or ["no reason given"]
        complaints = [line for line in lines if line.startswith(COMPLAINTS)] or lines
        raise SetupError(f"{failure} (is there a network?): {complaints[0]}")


if __name__ == "__main__":
    sys.exit(main())
