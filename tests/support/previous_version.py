"""The project as it was before the last change of what travels or is stored, in a folder of its own."""

import io
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

SHARED = ("shared/contracts", "shared/messaging", "shared/storage", "shared/domain")
"""Where what two versions have in common is written down: messages, queues, documents."""


@dataclass(frozen=True)
class Checkout:
    """A version's files, and the Python that has what it needs."""

    folder: Path
    python: str

    def make_command(self, command: tuple[str, ...]) -> tuple[str, ...]:
        """The same program of this version: what is in the folder is imported first."""
        return ("env", "--chdir", str(self.folder), self.python, *command[1:])


THIS = Checkout(ROOT, sys.executable)


def check_out_previous(folder: Path) -> Checkout:
    """Writes the previous version into a folder. Skips the test where git or its history is missing."""
    commit = _find_previous()
    with tarfile.open(fileobj=io.BytesIO(_run_git("archive", "--format=tar", commit))) as files:
        files.extraction_filter = getattr(tarfile, "data_filter", None)  # missing before Python 3.11.4
        files.extractall(folder)  # noqa: S202  # our own files
    python = sys.executable
    if _differs(commit, "uv.lock", "packages"):
        subprocess.run(["sh", "deploy/local/bootstrap.sh"], cwd=folder, check=True, capture_output=True)  # noqa: S607
        python = str(folder / ".venv/bin/python")
    found = Checkout(folder, python)
    where = subprocess.check_output(found.make_command((python, "-c", "import shared; print(shared.__path__[0])")))  # noqa: S603
    assert Path(where.decode().strip()).is_relative_to(folder), "it is this version that would run"
    return found


def _find_previous() -> str:
    """The last release; before the first one, what the last change of `SHARED` changed, committed or not."""
    try:
        if _differs("HEAD", *SHARED):
            return "HEAD"
        release = _run_git("tag", "--merged", "HEAD~1", "--sort=-creatordate", "--list", "v*").decode().split()
        changed = _run_git("rev-list", "--max-count=1", "HEAD", "--", *SHARED).decode().strip()
        return release[0] if release else _run_git("rev-parse", "--verify", f"{changed}^").decode().strip()
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no git, or no history, so there is no previous version")


def _differs(commit: str, *paths: str) -> bool:
    """Whether these files are not as they were at a commit."""
    return bool(_run_git("diff", "--name-only", commit, "--", *paths))


def _run_git(*arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True).stdout  # noqa: S603, S607
