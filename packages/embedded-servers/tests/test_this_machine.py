"""What the library finds out about this machine before it starts a server."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from embedded_servers import ports
from embedded_servers.errors import SetupError
from embedded_servers.program import Program, Running, wait_until
from embedded_servers.system_packages import apt
from embedded_servers.system_packages.cache import make_cache_folder
from embedded_servers.system_packages.distribution import Distribution


@pytest.mark.parametrize(
    ("name", "version", "supported"),
    [
        ("debian", "12", True),
        ("debian", "11", False),
        ("debian", "", True),
        ("ubuntu", "24.04", True),
        ("ubuntu", "22.04", False),
        ("fedora", "40", False),
    ],
)
def test_debian_12_and_ubuntu_24_04_and_their_successors_are_supported(
    name: str, version: str, supported: bool
) -> None:
    assert Distribution(name, version, "").supported is supported


def test_a_system_without_packages_for_the_servers_is_named_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apt, "identify_distribution", lambda: Distribution("fedora", "40", ""))
    with pytest.raises(SetupError, match=r"neither Debian 12 nor Ubuntu 24.04 .* rabbitmq-server cannot be downloaded"):
        apt.unpack("rabbitmq", ["rabbitmq-server"], status=apt.pretend_installed)


def test_a_cached_package_is_not_downloaded_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(apt, "identify_distribution", lambda: Distribution("debian", "12", "bookworm"))
    with pytest.raises(SetupError, match="apt-get is missing"):
        apt.unpack("tool", ["tool"], status=apt.pretend_installed)
    unpacked = tmp_path / "embedded-servers" / "debian-12" / "tool"
    unpacked.mkdir(parents=True)
    assert apt.unpack("tool", ["tool"], status=apt.pretend_installed) == unpacked


def test_a_cache_that_cannot_be_created_is_reported_with_a_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(SetupError, match="set XDG_CACHE_HOME"):
        make_cache_folder()


def test_a_picked_port_is_free_given_once_and_no_outgoing_connections() -> None:
    picked = [ports.pick() for _ in range(50)]
    assert len(set(picked)) == len(picked)
    assert max(picked) < 32768
    assert not any(ports.is_taken(port) for port in picked)


def test_a_port_that_another_process_picked_is_not_picked_again() -> None:
    picked = ports.pick()
    look = f"from embedded_servers import ports; print(ports._lock({picked}))"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout == "None\n"


def test_a_server_that_ends_before_it_is_ready_is_not_waited_for(tmp_path: Path) -> None:
    running = Running(Program("false", ("false",)), tmp_path / "false.log")
    with pytest.raises(SetupError, match=r"ended before it was ready: .*false\.log"):
        wait_until(lambda: False, "nothing", 60, [running])


def test_a_reserved_or_taken_port_is_never_picked(monkeypatch: pytest.MonkeyPatch) -> None:
    first = ports.pick()
    monkeypatch.setattr(ports, "LOWEST", first)
    monkeypatch.setattr(ports, "HIGHEST", first + 2)
    ports.reserve([first + 1])
    with socket.create_server((ports.HOST, 0)) as listener:
        assert ports.is_taken(listener.getsockname()[1])
    assert ports.pick() == first + 2
