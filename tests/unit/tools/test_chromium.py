"""Which of a machine's browsers the tests use."""

from pathlib import Path

import pytest

from embedded_servers.errors import SetupError
from embedded_servers.system_packages import apt
from embedded_servers.system_packages.distribution import Distribution
from tools import chromium

SNAP = "#!/bin/sh\necho 'requires the chromium snap to be installed'\n"
BROWSER = "#!/bin/sh\necho Chromium\n"


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of all programs on a Debian system that cannot download."""

    def unreachable(*_: object, **_how: object) -> Path:
        raise SetupError("is there a network?")

    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(apt, "unpack", unreachable)
    on(monkeypatch, "debian")
    return tmp_path


def on(monkeypatch: pytest.MonkeyPatch, system: str) -> None:
    monkeypatch.setattr(chromium, "identify_distribution", lambda: Distribution(system, "12", ""))


def has(programs: Path, name: str, text: str = BROWSER) -> Path:
    program = programs / name
    program.write_text(text)
    program.chmod(0o755)
    return program


def test_the_installed_shell_is_taken_before_a_whole_browser(programs: Path) -> None:
    has(programs, "chromium")
    shell = has(programs, "chromium-headless-shell")
    assert chromium.find_executable() == shell


def test_a_whole_browser_is_taken_where_the_shell_cannot_be_downloaded(programs: Path) -> None:
    whole = has(programs, "google-chrome")
    assert chromium.find_executable() == whole


def test_a_program_that_only_starts_a_snap_is_not_a_browser(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on(monkeypatch, "ubuntu")
    has(programs, "chromium-browser", SNAP)
    with pytest.raises(SetupError, match="only Debian has it"):
        chromium.find_executable()


def test_a_missing_reason_is_reported_as_none(programs: Path) -> None:
    with pytest.raises(SetupError, match="network"):
        chromium.find_executable()
