"""Downloads Debian and Ubuntu packages and unpacks them into the cache, without changing the system.

apt runs with its own lists, cache and status file, so any user can run it. Packages are unpacked, never installed.
Standard library only.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from embedded_servers.cache import cache_folder, exclusive
from embedded_servers.errors import SetupError
from embedded_servers.platform import UNSUPPORTED, Distribution, distribution

Progress = Callable[[str], AbstractContextManager[object]]
"""Called with the name of a download, which then runs inside the returned context."""

SYSTEM_STATUS = Path("/var/lib/dpkg/status")
UNREACHABLE = re.compile("Failed to fetch|Temporary failure|Could not (resolve|connect)|Unable to connect")
NEVER_UNPACKED = ("libc6_", "libc-bin_")  # a C library crashes under another version's loader
OFFICIAL = {
    "debian": """\
Types: deb
URIs: http://deb.debian.org/debian
Suites: {0} {0}-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://deb.debian.org/debian-security
Suites: {0}-security
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
""",
    "ubuntu": """\
Types: deb
URIs: http://archive.ubuntu.com/ubuntu
Suites: {0} {0}-updates {0}-security
Components: main universe
Signed-By: /usr/share/keyrings/ubuntu-archive-keyring.gpg
""",
}


def unpack(
    name: str,
    packages: list[str],
    absent: str,
    finish: Callable[[Path], None] = lambda tree: None,
    progress: Progress = nullcontext,
) -> Path:
    """The folder with `packages` and their missing dependencies. The first call creates it.

    `absent` is a pattern for packages that count as missing even if installed. `finish` may change the unpacked tree
    before anyone sees it. A later call never mistakes an interrupted one's leftovers for a complete folder.
    Raises `SetupError` if the packages are not available.
    """
    system = distribution()
    if not system.supported:
        raise SetupError(f"{UNSUPPORTED}, so {', '.join(packages)} cannot be downloaded for it")
    release = cache_folder() / f"{system.name}-{system.version}"
    folder = release / name
    if not folder.is_dir():
        release.mkdir(exist_ok=True)
        with exclusive(release / "lock"):
            if not folder.is_dir():
                with progress(f"Downloading {', '.join(packages)} into the cache"):
                    _make(folder, packages, absent, finish, system)
    return folder


def _make(folder: Path, packages: list[str], absent: str, finish: Callable[[Path], None], system: Distribution) -> None:
    for tool in ("apt-get", "apt-config", "dpkg"):
        if shutil.which(tool) is None:
            raise SetupError(f"{tool} is missing, so {', '.join(packages)} cannot be downloaded")
    partial = folder.with_name(f"{folder.name}.partial")
    for interrupted in folder.parent.glob("*.partial"):
        shutil.rmtree(interrupted)
    apt, tree = partial / "apt", partial / "tree"
    for made in (apt / "lists/partial", apt / "archives/partial", apt / "sources", tree):
        made.mkdir(parents=True)
    _write_sources(apt / "sources", system)
    _write_status(apt / "status", absent)
    _write_configuration(apt)
    _run(["apt-get", "-q", "update"], apt)
    _run(["apt-get", "-q", "-y", "--no-install-recommends", "--download-only", "install", *packages], apt)
    for archive in sorted((apt / "archives").glob("*.deb")):
        if not archive.name.startswith(NEVER_UNPACKED):
            _run(["dpkg", "-x", str(archive), str(tree)], apt)
    finish(tree)
    tree.rename(folder)
    shutil.rmtree(partial)


def _write_sources(folder: Path, system: Distribution) -> None:
    """Writes the system's own package sources, which may name a mirror, or else the official ones."""
    old = Path("/etc/apt/sources.list")
    lines = old.read_text().splitlines() if old.is_file() else []
    archives = [line for line in lines if line.startswith("deb ") and "cdrom:" not in line]
    if archives:
        (folder / "system.list").write_text("\n".join(archives) + "\n")
    for new in Path("/etc/apt/sources.list.d").glob(f"{system.name}.sources"):
        shutil.copy(new, folder)
    if not any(folder.iterdir()):
        (folder / "official.sources").write_text(OFFICIAL[system.name].format(system.codename))


def _write_status(status: Path, absent: str) -> None:
    """Copies dpkg's list of installed packages, without those that count as missing and their dependents."""
    stanzas = SYSTEM_STATUS.read_text(errors="replace").split("\n\n")
    missing = absent
    while missing:
        needing = re.compile(rf"^Package: ({missing})$|^(Pre-)?Depends:.*[ |]({missing})(:any)?( |,|$)", re.MULTILINE)
        dropped = [stanza for stanza in stanzas if needing.search(stanza)]
        stanzas = [stanza for stanza in stanzas if stanza not in dropped]
        missing = "|".join(re.escape(stanza.split()[1]) for stanza in dropped)
    status.write_text("\n\n".join(stanzas))


def _write_configuration(apt: Path) -> None:
    """Writes an apt.conf that reaches the archives like the system's, but shares no folder, hook or lock with it."""
    dump = subprocess.run(["apt-config", "dump"], capture_output=True, text=True, check=True).stdout
    reach = [line for line in dump.splitlines() if re.match(r"Acquire::(?!IndexTargets|Languages)|APT::Arch", line)]
    own = f"""\
Dir::Etc::main "/dev/null";
Dir::Etc::parts "/dev/null";
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "{apt}/sources";
Dir::State "{apt}";
Dir::State::lists "{apt}/lists";
Dir::State::status "{apt}/status";
Dir::Cache "{apt}";
Dir::Cache::archives "{apt}/archives";
Dir::Log "{apt}";
Debug::NoLocking "true";
APT::Sandbox::User "root";
Acquire::Languages "none";
"""
    (apt / "apt.conf").write_text("\n".join(reach) + "\n" + own)


def _run(command: list[str], apt: Path) -> None:
    environment = {**os.environ, "LC_ALL": "C", "APT_CONFIG": str(apt / "apt.conf")}
    done = subprocess.run(
        ["setpriv", "--pdeathsig", "KILL", *command],
        env=environment,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    complaints = [line for line in done.stdout.splitlines() if line.startswith(("E: ", "W: ", "dpkg"))]
    if done.returncode != 0 or any("Failed to fetch" in line for line in complaints):
        reason = complaints[0] if complaints else f"it ended with {done.returncode}"
        hint = " - is there a network?" if UNREACHABLE.search(done.stdout) else ""
        raise SetupError(f"`{' '.join(command)}` failed: {reason}{hint}")
