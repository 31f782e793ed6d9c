"""Downloads the packages of the web form and its tests into `node_modules`, as `npm ci` would; Node is not needed.

Which ones, and the checksum of each, stands in `package-lock.json`. Only what `package.json` names is taken: the form
serves files that these packages bring ready-made, so what they were made from is of no use. Standard library only.
"""

import base64
import configparser
import hashlib
import json
import os
import shutil
import sys
import tarfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from deploy.local import terminal
from deploy.local.machine import Trouble, alone, cache

LOCK = Path("package-lock.json")
FOLDER = Path("node_modules")
STAMP = FOLDER / ".made-from"
REGISTRY = "https://registry.npmjs.org"
PATIENCE = 60  # seconds without an answer


@dataclass(frozen=True)
class Package:
    """One package of the lock file; `integrity` as npm writes it: ``sha512-<base64>``."""

    name: str
    version: str
    integrity: str

    @property
    def address(self) -> str:
        """Where its archive is in a registry, below the registry's own address."""
        return f"{self.name}/-/{self.name.rpartition('/')[2]}-{self.version}.tgz"

    @property
    def archive(self) -> Path:
        """Its archive in the project's cache."""
        return cache() / "npm" / f"{self.name.replace('/', '-')}-{self.version}.tgz"


def prepare(*, tests: bool = True) -> None:
    """Makes `node_modules` where it is missing or older than the lock file. Raises `Trouble`."""
    made_from = f"{hashlib.sha256(LOCK.read_bytes()).hexdigest()} {tests}"
    if STAMP.is_file() and STAMP.read_text() == made_from:
        return
    with terminal.step(f"Making {FOLDER} from {LOCK}"):
        for package in _locked(tests=tests):
            _unpack(package)
        STAMP.write_text(made_from)


def _locked(*, tests: bool) -> Iterator[Package]:
    packages = json.loads(LOCK.read_text())["packages"]
    wanted = {**packages[""]["dependencies"], **(packages[""]["devDependencies"] if tests else {})}
    for name in wanted:
        found = packages[f"node_modules/{name}"]
        yield Package(name, found["version"], found["integrity"])


def _unpack(package: Package) -> None:
    target = FOLDER / package.name
    partial = FOLDER / f".{package.name.replace('/', '-')}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    with tarfile.open(_downloaded(package)) as archive:
        archive.extraction_filter = getattr(tarfile, "data_filter", None)  # Python before 3.11.4 has none
        archive.extractall(partial)  # noqa: S202  # its checksum is ours
    shutil.rmtree(target, ignore_errors=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    (partial / "package").rename(target)
    shutil.rmtree(partial)


def _downloaded(package: Package) -> Path:
    """The package's archive, from the cache or from the registry; what its checksum does not fit is thrown away."""
    archive = package.archive
    archive.parent.mkdir(exist_ok=True)
    with alone(archive.parent / "lock"):
        if not archive.is_file() or not _intact(archive.read_bytes(), package):
            address = f"{_registry().rstrip('/')}/{package.address}"
            try:
                with urllib.request.urlopen(address, timeout=PATIENCE) as answer:  # noqa: S310  # https unless told
                    content = answer.read()
            except (OSError, ValueError) as error:
                reason = error.reason if isinstance(error, urllib.error.URLError) else error
                raise Trouble(f"{address} cannot be downloaded (is there a network?): {reason}") from None
            if not _intact(content, package):
                raise Trouble(f"{address} is not what {LOCK} says: its checksum is another")
            archive.write_bytes(content)
    return archive


def _intact(content: bytes, package: Package) -> bool:
    algorithm, _, expected = package.integrity.partition("-")
    return base64.b64encode(hashlib.new(algorithm, content).digest()).decode() == expected


def _registry() -> str:
    """The registry that npm would ask: its environment variable's, its file's in the home folder, or the public one."""
    for name in ("npm_config_registry", "NPM_CONFIG_REGISTRY"):
        if os.environ.get(name):
            return os.environ[name]
    file = configparser.ConfigParser(strict=False, interpolation=None)
    try:
        file.read_string("[npm]\n" + Path("~/.npmrc").expanduser().read_text())
    except (OSError, configparser.Error):
        return REGISTRY
    return file["npm"].get("registry", REGISTRY)


if __name__ == "__main__":
    try:
        prepare(tests="--omit=dev" not in sys.argv[1:])
    except Trouble as trouble:
        sys.exit(f"ace: {trouble}")
