"""Promtool, which checks and tests Prometheus's rules: the installed one, or Debian's, unpacked from its package."""

import shutil
from functools import partial
from pathlib import Path

from embedded_servers.system_packages import apt

PACKAGE = "prometheus"
PROGRAM = "usr/bin/promtool"


def find_promtool() -> Path:
    """The program. The first call downloads it, if it is not installed (22 MB). Raises `SetupError`."""
    if installed := shutil.which("promtool"):
        return Path(installed)
    tree = apt.unpack(PACKAGE, [PACKAGE], status=partial(apt.pretend_absent, PACKAGE), finish=_keep_promtool)
    return tree / PROGRAM


def _keep_promtool(tree: Path) -> None:
    """Deletes the server and everything else: 200 MB."""
    kept = tree / PROGRAM
    for path in sorted(tree.rglob("*"), reverse=True):
        if path != kept and (path.is_file() or path.is_symlink()):
            path.unlink()
        elif path.is_dir() and not any(path.iterdir()):
            path.rmdir()
