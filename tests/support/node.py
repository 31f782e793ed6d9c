"""Node and npm for the tests of what others use them for. The product needs neither."""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from embedded_servers.system_packages.cache import hold_lock
from tests.architecture.sources import ROOT

OLDEST = 20
CLIENT = ROOT / "clients/typescript"
INSTALL = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
"""No package's own scripts: what is tested needs none."""


@contextmanager
def hold_packages(folder: Path) -> Iterator[None]:
    """Makes `node_modules` of a folder from its lock file, if that has changed. One process at a time uses the folder.

    Skips the test where that cannot be.
    """
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("it needs Node and npm, which are not here")
    version = run("node", "--version", cwd=folder).strip()
    if int(version.removeprefix("v").partition(".")[0]) < OLDEST:
        pytest.skip(f"it needs Node {OLDEST} or newer, and this is {version}")
    locks = ROOT / ".data/tests"
    locks.mkdir(parents=True, exist_ok=True)
    with hold_lock(locks / f"{folder.name}.lock"):
        _prepare(folder)
        yield


def _prepare(folder: Path) -> None:
    stamp = folder / "node_modules/.made-from"
    made_from = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text() == made_from:
        return
    try:
        run(*INSTALL, cwd=folder)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        pytest.skip(f"npm cannot install what {folder.relative_to(ROOT)} needs: {error}")
    stamp.write_text(made_from)


def install_client(folder: Path) -> None:
    """Packs the TypeScript package and installs it in a folder, as from a registry. `code.ts` is its README's code."""
    with hold_packages(CLIENT):
        run("npm", "run", "pretest", cwd=CLIENT)
        [packed] = json.loads(run("npm", "pack", "--json", "--pack-destination", str(folder), cwd=CLIENT))
        shutil.copy(CLIENT / "test/readme/code.ts", folder)
    (folder / "package.json").write_text('{"type": "module"}')
    run("npm", "install", "--no-audit", "--no-fund", packed["filename"], cwd=folder)
    modules = CLIENT / "node_modules"
    strict = ("--strict", "--target", "es2022", "--lib", "es2022", "--module", "nodenext", "--types", "node")
    run(str(modules / ".bin/tsc"), *strict, "--typeRoots", str(modules / "@types"), "code.ts", cwd=folder)


def run(*command: str, cwd: Path, entered: str = "", **settings: str) -> str:
    """Runs a command and returns what it prints, which an error shows too."""
    env = os.environ | settings
    done = subprocess.run(  # noqa: S603
        command, cwd=cwd, env=env, input=entered, capture_output=True, text=True, timeout=240, check=False
    )
    if done.returncode:
        error = subprocess.CalledProcessError(done.returncode, command)
        error.add_note(done.stdout + done.stderr)
        raise error
    return done.stdout
