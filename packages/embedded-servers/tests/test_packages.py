"""Packages come from where the system's own apt configuration says, and from nowhere else."""

import hashlib
import subprocess
from pathlib import Path

import pytest

from embedded_servers.errors import SetupError
from embedded_servers.system_packages import apt, sources
from embedded_servers.system_packages.distribution import Distribution

BOOKWORM = Distribution("debian", "12", "bookworm")
NOBLE = Distribution("ubuntu", "24.04", "noble")
DEBIAN = """\
# A mirror with a keyring of its own.
Types: deb deb-src
URIs: https://mirror.example/debian
Suites: bookworm bookworm-updates bookworm-backports
Components: main contrib
Signed-By: /etc/apt/keyrings/mirror.gpg

Types: deb
URIs: https://mirror.example/debian-security
Suites: bookworm-security
Components: main

Types: deb
URIs: https://vendor.example/apt
Suites: bookworm
Components: stable

Types: deb-src
URIs: https://mirror.example/sources-only
Suites: bookworm
Components: main
"""

RELEASE = """\
Origin: Debian
Suite: {suite}
Codename: {suite}
Date: Sat, 01 Nov 2025 00:00:00 UTC
Components: main
Architectures: {architecture}
SHA256:
 {digest} {size} main/binary-{architecture}/Packages
"""
CONTROL = "Package: {}\nVersion: {}\nArchitecture: all\nMaintainer: nobody\nDescription: {}\n"


class Archive:
    """The suites in `folder`, and the files that tell apt of them."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.architecture = run("dpkg", "--print-architecture").strip()
        (folder / "system/parts").mkdir(parents=True)
        configuration = folder / "system/apt.conf"
        configuration.write_text(
            f'Dir::Etc::sourcelist "{folder}/system/sources.list";\nDir::Etc::sourceparts "{folder}/system/parts";\n'
        )
        monkeypatch.setenv("APT_CONFIG", str(configuration))
        monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
        monkeypatch.setattr(apt, "identify_distribution", lambda: Distribution("debian", "12", "bookworm"))

    def name_in_sources(self, text: str) -> None:
        (self.folder / "system/sources.list").write_text(text)

    def add_suite(self, suite: str, *packages: str) -> None:
        """Adds a suite with packages, each with the suite's name in /usr/share/<package>."""
        index = ""
        for package in packages:
            tree = self.folder / "build" / suite / package
            (tree / "DEBIAN").mkdir(parents=True)
            (tree / "DEBIAN/control").write_text(CONTROL.format(package, "1", suite))
            (tree / "usr/share").mkdir(parents=True)
            (tree / "usr/share" / package).write_text(suite)
            name = f"pool/{package}_{suite}.deb"
            (self.folder / "pool").mkdir(exist_ok=True)
            run("dpkg-deb", "--build", "--root-owner-group", str(tree), str(self.folder / name))
            content = (self.folder / name).read_bytes()
            digest = hashlib.sha256(content).hexdigest()
            index += CONTROL.format(package, "1", suite)
            index += f"Filename: {name}\nSize: {len(content)}\nSHA256: {digest}\n\n"
        place = self.folder / "dists" / suite
        packages_file = place / f"main/binary-{self.architecture}/Packages"
        packages_file.parent.mkdir(parents=True)
        packages_file.write_text(index)
        facts = {"digest": hashlib.sha256(index.encode()).hexdigest(), "size": len(index)}
        (place / "Release").write_text(RELEASE.format(suite=suite, architecture=self.architecture, **facts))


def run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603  # dpkg's


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Archive:
    made = Archive(tmp_path, monkeypatch)
    made.name_in_sources(f"deb [trusted=yes] file:{tmp_path} bookworm main\n")
    return made


def write(archive: Archive, system: Distribution, suite: str) -> str:
    folder = archive.folder / "written"
    folder.mkdir()
    sources.write(folder, system, suite)
    return "".join(file.read_text() for file in sorted(folder.iterdir()))


def unpack(*suites: str) -> Path:
    return apt.unpack("tool", ["tool"], status=apt.pretend_installed, suites=suites)


def test_another_suite_is_asked_of_the_systems_own_archives(archive: Archive) -> None:
    archive.name_in_sources("")
    (archive.folder / "system/parts/debian.sources").write_text(DEBIAN)
    written = write(archive, BOOKWORM, "trixie")
    assert "Suites: trixie trixie-updates\n" in written
    assert "Suites: trixie-security\n" in written
    assert "Signed-By: /etc/apt/keyrings/mirror.gpg" in written
    assert "bookworm" not in written
    assert "deb-src" not in written
    assert "vendor.example" not in written
    assert "sources-only" not in written


def test_sources_in_one_line_keep_their_options(archive: Archive) -> None:
    archive.name_in_sources(
        "deb cdrom:[Debian]/ bookworm main\n"
        "deb-src https://mirror.example/debian bookworm main\n"
        "deb [signed-by=/keys/a.gpg arch=amd64] https://mirror.example/ubuntu noble-security main universe # ours\n"
        "deb https://vendor.example/ubuntu jammy main\n"
    )
    written = write(archive, NOBLE, "resolute")
    assert written == (
        "deb [signed-by=/keys/a.gpg arch=amd64] https://mirror.example/ubuntu resolute-security main universe # ours\n"
    )


@pytest.mark.parametrize("own", ["stable", "bookworm"])
def test_the_systems_own_suite_may_go_by_another_name(archive: Archive, own: str) -> None:
    archive.name_in_sources(f"deb https://mirror.example/debian {own} main\n")
    assert write(archive, BOOKWORM, "bookworm") == f"deb https://mirror.example/debian {own} main\n"


def test_a_system_without_sources_is_told_in_one_line(archive: Archive) -> None:
    archive.name_in_sources("# deb https://mirror.example/debian bookworm main\n")
    with pytest.raises(SetupError, match=r"apt knows no source of packages for debian bookworm: name one in .*parts"):
        unpack()


def test_the_first_suite_that_there_is_is_taken(archive: Archive) -> None:
    archive.add_suite("bookworm", "tool")
    archive.add_suite("trixie", "tool")
    assert (unpack("forky", "trixie", "bookworm") / "usr/share/tool").read_text() == "trixie"


def test_a_suite_without_the_package_is_passed_over(archive: Archive) -> None:
    archive.add_suite("bookworm", "tool")
    archive.add_suite("trixie", "another")
    assert (unpack("trixie", "bookworm") / "usr/share/tool").read_text() == "bookworm"


def test_a_package_that_no_suite_has_is_told_with_the_suites(archive: Archive) -> None:
    archive.add_suite("bookworm", "another")
    with pytest.raises(SetupError, match=r"hold no tool in trixie or bookworm"):
        unpack("trixie", "bookworm")


def test_an_archive_that_is_not_reached_is_no_reason_to_take_another_suite(archive: Archive) -> None:
    archive.add_suite("bookworm", "tool")
    archive.name_in_sources(
        f"deb [trusted=yes] file:{archive.folder} bookworm main\n"
        "deb [trusted=yes] http://127.0.0.1:9/debian bookworm main\n"
    )
    with pytest.raises(SetupError, match=r"cannot be downloaded: .*is there a network"):
        unpack("trixie", "bookworm")
    assert (unpack("bookworm") / "usr/share/tool").read_text() == "bookworm"


def test_what_an_interrupted_download_left_is_made_anew(archive: Archive) -> None:
    archive.add_suite("bookworm", "tool")
    partial_tree = apt.locate("tool").with_name("tool.partial") / "tree/usr/share"
    partial_tree.mkdir(parents=True)
    (partial_tree / "half").touch()
    unpacked = unpack()
    assert [file.name for file in (unpacked / "usr/share").iterdir()] == ["tool"]
    assert not partial_tree.exists()


def test_a_tree_that_cannot_be_finished_is_not_kept(archive: Archive) -> None:
    archive.add_suite("bookworm", "tool")

    def fail(tree: Path) -> None:
        raise SetupError(f"{tree.name} is of no use")

    with pytest.raises(SetupError, match="no use"):
        apt.unpack("tool", ["tool"], status=apt.pretend_installed, finish=fail)
    assert not apt.locate("tool").exists()
