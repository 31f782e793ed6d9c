"""Shared libraries: which ones a program lacks, and where an unpacked tree has them."""

import os
import subprocess
from pathlib import Path

FOLDERS = ("lib/*-linux-gnu", "usr/lib/*-linux-gnu", "usr/lib/*-linux-gnu/pulseaudio", "usr/lib")


def list_missing(program: Path, path: str = "") -> list[str]:
    """Names of shared libraries that a program does not find with `path` as LD_LIBRARY_PATH."""
    environment = {**os.environ, "LC_ALL": "C", "LD_LIBRARY_PATH": path}
    command = ["ldd", str(program)]
    listing = subprocess.run(command, env=environment, check=False, stdout=subprocess.PIPE, text=True).stdout
    return [line.split("=>")[0].strip() for line in listing.splitlines() if "not found" in line]


def find_library_path(tree: Path) -> str:
    """The LD_LIBRARY_PATH of an unpacked tree's folders with shared libraries; empty if there are none."""
    folders = {file.parent for pattern in FOLDERS for file in tree.glob(f"{pattern}/*.so*")}
    return ":".join(sorted(str(folder) for folder in folders))
