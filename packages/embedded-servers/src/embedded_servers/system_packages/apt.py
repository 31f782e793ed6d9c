"""Downloads Debian and Ubuntu packages and unpacks them into the cache, without changing the system.

apt runs with its own lists, cache and status file, so any user can run it. Packages are unpacked, never installed.
Standard library only.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path

from embedded_servers.errors import SetupError
from embedded_servers.messages import Progress
from embedded_servers.system_packages import sources
from embedded_servers.system_packages.cache import hold_lock, make_cache_folder
from embedded_servers.system_packages.distribution import UNSUPPORTED, identify_distribution

SYSTEM_STATUS = Path("/var/lib/dpkg/status")
COMPLAINTS = ("E: ", "W: Failed", "W: GPG error", "dpkg")
UNREACHABLE = re.compile("Failed to fetch|Temporary failure|Could not (resolve|connect)|Unable to connect")
LIBC = ("libc6_", "libc-bin_")  # a C library crashes under another version's loader
NO_SUCH_SUITE = re.compile("does not have a Release file|404 +Not Found|No such file or directory|Some index files")
NO_SUCH_PACKAGE = re.compile("Unable to locate package|has no installation candidate")
INSTALLED = """\
Package: {0}
Status: install ok installed
Version: 9999
Architecture: all
Multi-Arch: allowed
"""
DISTRIBUTION_FIRST = """\
Package: *
Pin: release o={0}
Pin-Priority: 900
"""
OWN_PLACES = """\
Dir::Etc::main "/dev/null";
Dir::Etc::parts "/dev/null";
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "{0}/sources";
Dir::Etc::preferences "{0}/preferences";
Dir::Etc::preferencesparts "/dev/null";
Dir::State "{0}";
Dir::State::lists "{0}/lists";
Dir::State::status "{0}/status";
Dir::Cache "{0}";
Dir::Cache::archives "{0}/archives";
Dir::Log "{0}";
Debug::NoLocking "true";
APT::Sandbox::User "root";
Acquire::Languages "none";
"""


class NotInArchive(SetupError):
    """The system's archives lack a suite, or a package in it."""


def unpack(
    name: str,
    packages: Sequence[str],
    *,
    status: Callable[[], str],
    suites: Sequence[str] = (),
    finish: Callable[[Path], None] = lambda tree: None,
    progress: Progress = nullcontext,
) -> Path:
    """The folder with `packages` and their dependencies. The first call creates it.

    `status` says what counts as installed: `pretend_absent` or `pretend_installed`. The first of `suites` that holds
    them all is taken; by default that is the system's own. `finish` may change the unpacked tree before anyone sees
    it. A later call never mistakes an interrupted one's leftovers for a complete folder. Raises `SetupError` if the
    packages are not available.
    """
    system = identify_distribution()
    if not system.supported:
        raise SetupError(f"{UNSUPPORTED}, so {', '.join(packages)} cannot be downloaded for it")
    folder = locate(name)
    if not folder.is_dir():
        folder.parent.mkdir(exist_ok=True)
        with hold_lock(folder.parent / "lock"):
            if not folder.is_dir():
                with progress(f"Downloading {', '.join(packages)} into the cache"):
                    _make(folder, packages, status(), suites or [system.codename], finish)
    return folder


def locate(name: str) -> Path:
    """Where `unpack` puts what it unpacks under this name."""
    system = identify_distribution()
    return make_cache_folder() / f"{system.name}-{system.version}" / name


def pretend_installed(*packages: str) -> str:
    """A status with only these packages installed, so that all other dependencies are downloaded too."""
    return "\n".join(INSTALLED.format(package) for package in packages)


def pretend_absent(absent: str) -> str:
    """Dpkg's list of installed packages, without those that match this pattern and their dependents."""
    stanzas = SYSTEM_STATUS.read_text(errors="replace").split("\n\n")
    missing = absent
    while missing:
        needing = re.compile(rf"^Package: ({missing})$|^(Pre-)?Depends:.*[ |]({missing})(:any)?( |,|$)", re.MULTILINE)
        dropped = [stanza for stanza in stanzas if needing.search(stanza)]
        stanzas = [stanza for stanza in stanzas if stanza not in dropped]
        missing = "|".join(re.escape(stanza.split()[1]) for stanza in dropped)
    return "\n\n".join(stanzas)


def _make(
    folder: Path, packages: Sequence[str], status: str, suites: Sequence[str], finish: Callable[[Path], None]
) -> None:
    for tool in ("apt-get", "apt-config", "dpkg"):
        if shutil.which(tool) is None:
            raise SetupError(f"{tool} is missing, so {', '.join(packages)} cannot be downloaded")
    partial = folder.with_name(f"{folder.name}.partial")
    for interrupted in folder.parent.glob("*.partial"):
        shutil.rmtree(interrupted)
    apt, tree = partial / "apt", partial / "tree"
    tree.mkdir(parents=True)
    for suite in suites:
        try:
            _download(apt, packages, status, suite)
            break
        except NotInArchive:
            shutil.rmtree(apt)
    else:
        raise NotInArchive(f"apt's sources hold no {', '.join(packages)} in {' or '.join(suites)}")
    own_libc = "Package: libc6\n" not in status
    for archive in sorted((apt / "archives").glob("*.deb")):
        if own_libc or not archive.name.startswith(LIBC):
            unpacked, complaints = _run(["dpkg", "-x", str(archive), str(tree)], apt)
            if not unpacked:
                raise SetupError(f"{archive.name} cannot be unpacked: {complaints[0]}")
    finish(tree)
    tree.rename(folder)
    shutil.rmtree(partial)


def _download(apt: Path, packages: Sequence[str], status: str, suite: str) -> None:
    """Downloads the packages and their dependencies. Raises `NotInArchive` if the suite does not have them."""
    for made in (apt / "lists/partial", apt / "archives/partial", apt / "sources"):
        made.mkdir(parents=True)
    system = identify_distribution()
    sources.write(apt / "sources", system, suite)
    (apt / "status").write_text(status)
    (apt / "preferences").write_text(DISTRIBUTION_FIRST.format(system.name.capitalize()))
    (apt / "apt.conf").write_text(_render_configuration(apt))
    install = ["apt-get", "-q", "-y", "--no-install-recommends", "--download-only", "install", *packages]
    _, updating = _run(["apt-get", "-q", "update"], apt)  # may fail for a source that none of these packages is from
    succeeded, installing = _run(install, apt)
    if succeeded:
        return
    reasons = [complaint for complaint in updating if not NO_SUCH_SUITE.search(complaint)]
    reasons += [complaint for complaint in installing if not NO_SUCH_PACKAGE.search(complaint)]
    if not reasons:
        raise NotInArchive(installing[0])
    hint = " - is there a network?" if any(map(UNREACHABLE.search, reasons)) else ""
    raise SetupError(f"{', '.join(packages)} cannot be downloaded: {reasons[0]}{hint}")


def _render_configuration(apt: Path) -> str:
    """Writes an apt.conf that reaches the archives like the system's, but shares no folder, hook or lock with it."""
    dump = subprocess.run(["apt-config", "dump"], capture_output=True, text=True, check=True).stdout
    reach = [line for line in dump.splitlines() if re.match(r"Acquire::(?!IndexTargets|Languages)|APT::Arch", line)]
    return "\n".join([*reach, OWN_PLACES.format(apt)])


def _run(command: Sequence[str], apt: Path) -> tuple[bool, list[str]]:
    """Whether a command succeeded, and what it complained of."""
    done = subprocess.run(
        ["setpriv", "--pdeathsig", "KILL", *command],
        env={**os.environ, "LC_ALL": "C", "APT_CONFIG": str(apt / "apt.conf")},
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    complaints = [line for line in done.stdout.splitlines() if line.startswith(COMPLAINTS)]
    if done.returncode != 0 and not complaints:
        complaints = [f"`{' '.join(command)}` ended with {done.returncode}"]
    return done.returncode == 0, complaints
