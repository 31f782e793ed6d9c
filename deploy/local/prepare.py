"""Makes `.venv` and `node_modules`, whenever what they are made from has changed. Standard library only.

uv makes the Python environment from `uv.lock`. uv itself comes from the Python package index by way of pip, into the
project's cache; where there is no pip, Debian's package of it is unpacked there too.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

from deploy.local import frontend, packages, parent, terminal
from deploy.local.machine import ELSEWHERE, Trouble, alone, cache, distribution

UV = "uv==0.13.9"
ENVIRONMENT = Path(".venv")
STAMP = ENVIRONMENT / ".made-from"
INPUTS = (Path("uv.lock"), Path("pyproject.toml"))
COMPLAINTS = ("\u00d7", "error", "ERROR")  # how those of uv and pip begin
TOOLS = {"setpriv": "util-linux", "ldd": "libc-bin"}


def main() -> int:
    """Makes both and becomes the command in the arguments, run by its Python; returns 1 after trouble."""
    parent.watch()
    try:
        _check_machine()
        made_from = _fingerprint()
        if not STAMP.is_file() or STAMP.read_text() != made_from:
            _make()
            STAMP.write_text(made_from)
        frontend.prepare()
    except Trouble as trouble:
        terminal.complain(trouble)
        return 1
    except KeyboardInterrupt:
        return 130
    if sys.argv[1:]:
        python = str(ENVIRONMENT / "bin/python")
        os.execv(python, [python, *sys.argv[1:]])  # noqa: S606  # no shell is what is wanted
    return 0


def _check_machine() -> None:
    servers_elsewhere = {"ACE_RABBITMQ_URL", "ACE_MONGODB_URL"} <= os.environ.keys()
    if not distribution().supported and not servers_elsewhere:
        raise Trouble(ELSEWHERE)
    for tool, package in TOOLS.items():
        if shutil.which(tool) is None:
            raise Trouble(f"the command {tool} is missing: install the package {package}")


def _fingerprint() -> str:
    """What `.venv` depends on, in short."""
    digest = hashlib.sha256(sys.version.encode())
    for file in INPUTS:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _make() -> None:
    uv = _uv()
    settings = {"UV_PROJECT_ENVIRONMENT": str(ENVIRONMENT), "UV_PYTHON_DOWNLOADS": "never"}
    command = [str(uv), "sync", "--quiet", "--frozen", "--all-groups", "--python", sys.executable]
    with terminal.step(f"Making {ENVIRONMENT} from {INPUTS[0]}"):
        _run(command, settings, "the Python environment cannot be made")


def _uv() -> Path:
    """uv, installed into the cache on the first call."""
    folder = cache() / UV.replace("==", "-")
    with alone(folder.with_name("uv.lock")):
        if not folder.is_dir():
            pip = _pip()
            partial = folder.with_name(f"{folder.name}.partial")
            shutil.rmtree(partial, ignore_errors=True)
            settings = {"PIP_USER": "no", "PIP_REQUIRE_VIRTUALENV": "no", "PIP_DISABLE_PIP_VERSION_CHECK": "yes"}
            command = [*pip, "install", "--quiet", "--target", str(partial), UV]
            with terminal.step(f"Installing {UV} into the cache"):
                _run(command, settings, "uv cannot be installed from the Python package index")
                partial.rename(folder)
    return folder / "bin/uv"


def _pip() -> list[str]:
    """A command that is pip: this Python's, or Debian's wheel of it."""
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip"]
    tree = packages.unpacked("pip", ["python3-pip-whl"], "python3-pip-whl")
    wheel = next(tree.glob("usr/share/python-wheels/pip-*.whl"))
    return [sys.executable, f"{wheel}/pip"]


def _run(command: list[str], settings: dict[str, str], failure: str) -> None:
    """Runs a command; raises `Trouble` with its first complaint when it fails."""
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
        raise Trouble(f"{failure} (is there a network?): {complaints[0]}")


if __name__ == "__main__":
    sys.exit(main())
