"""Downloads the packages of the web form and its tests into `node_modules`, like `npm ci` but without Node.

`package-lock.json` lists them with their checksums. Only packages named in `package.json` are downloaded, not their
dependencies, because the form serves their prebuilt files. Standard library only.
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

from deploy.local import PROJECT
from deploy.local.screen import terminal
from embedded_servers.errors import SetupError
from embedded_servers.system_packages.cache import hold_lock, make_cache_folder

LOCK = Path("package-lock.json")
FOLDER = Path("node_modules")
STAMP = FOLDER / ".made-from"
REGISTRY = "https://registry.npmjs.org"
PATIENCE = 60  # seconds without an answer


@dataclass(frozen=True)
class Package:
    """A package in the lock file. `integrity` has npm's format: ``sha512-<base64>``."""

    name: str
    version: str
    integrity: str

    @property
    def address(self) -> str:
        """The path of its archive in a registry."""
        return f"{self.name}/-/{self.name.rpartition('/')[2]}-{self.version}.tgz"

    @property
    def archive(self) -> Path:
        """Its archive in the cache."""
        return make_cache_folder(PROJECT) / "npm" / f"{self.name.replace('/', '-')}-{self.version}.tgz"


def prepare(*, tests: bool = True) -> None:
    """Creates `node_modules` if it is missing or older than the lock file. Raises `SetupError`."""
    made_from = f"{hashlib.sha256(LOCK.read_bytes()).hexdigest()} {tests}"
    if STAMP.is_file() and STAMP.read_text() == made_from:
        return
    with terminal.step(f"Making {FOLDER} from {LOCK}"):
        for package in _read_lock(tests=tests):
            _unpack(package)
        STAMP.write_text(made_from)


def _read_lock(*, tests: bool) -> Iterator[Package]:
    packages = json.loads(LOCK.read_text())["packages"]
    wanted = {**packages[""]["dependencies"], **(packages[""]["devDependencies"] if tests else {})}
    for name in wanted:
        locked = packages[f"node_modules/{name}"]
        yield Package(name, locked["version"], locked["integrity"])


def _unpack(package: Package) -> None:
    target = FOLDER / package.name
    partial = FOLDER / f".{package.name.replace('/', '-')}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    with tarfile.open(_download(package)) as archive:
        archive.extraction_filter = getattr(tarfile, "data_filter", None)  # missing before Python 3.11.4
        archive.extractall(partial)  # noqa: S202  # its checksum was verified
    shutil.rmtree(target, ignore_errors=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    (partial / "package").rename(target)
    shutil.rmtree(partial)


def _download(package: Package) -> Path:
    """The package's archive, from the cache or the registry. Never returns one with a wrong checksum."""
    archive = package.archive
    archive.parent.mkdir(exist_ok=True)
    with hold_lock(archive.parent / "lock"):
        if not archive.is_file() or not _is_intact(archive.read_bytes(), package):
            address = f"{_choose_registry().rstrip('/')}/{package.address}"
            try:
                with urllib.request.urlopen(address, timeout=PATIENCE) as answer:  # noqa: S310  # https unless told
                    content = answer.read()
            except (OSError, ValueError) as error:
                reason = error.reason if isinstance(error, urllib.error.URLError) else error
                raise SetupError(f"{address} cannot be downloaded (is there a network?): {reason}") from None
            if not _is_intact(content, package):
                raise SetupError(f"{address} does not match its checksum in {LOCK}")
            archive.write_bytes(content)
    return archive


def _is_intact(content: bytes, package: Package) -> bool:
    algorithm, _, expected = package.integrity.partition("-")
    return base64.b64encode(hashlib.new(algorithm, content).digest()).decode() == expected


def _choose_registry() -> str:
    """The registry that npm would use: from the environment or ~/.npmrc, or else the public one."""
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
    except SetupError as error:
        sys.exit(f"ace: {error}")
