"""Which programs are taken of those that there are, and what is said where they are not what they should be."""

import platform
from pathlib import Path

import pytest

from embedded_servers.errors import SetupError
from embedded_servers.mongodb import files as mongodb_files
from embedded_servers.rabbitmq import files as rabbitmq_files
from embedded_servers.rabbitmq.files import RabbitMQFiles
from embedded_servers.system_packages import foreign

FLAGS = "processor\t: 0\nflags\t\t: fpu sse4_2 {}\nbugs\t\t:\n"


def files(version: str) -> RabbitMQFiles:
    script = Path(f"/usr/lib/rabbitmq/lib/rabbitmq_server-{version}/sbin/rabbitmq-server")
    return RabbitMQFiles(script, Path("/usr/lib/erlang"))


def locate(monkeypatch: pytest.MonkeyPatch, installed: str | None, downloaded: str) -> tuple[str, list[str]]:
    """The version that is taken, and the warnings."""
    monkeypatch.setattr(rabbitmq_files, "search", lambda root: files(installed) if installed else None)
    monkeypatch.setattr(rabbitmq_files, "unpack", lambda progress: files(downloaded))
    warnings: list[str] = []
    found = rabbitmq_files.locate(pytest.fail, warnings.append)
    return found.version, warnings


@pytest.mark.parametrize("installed", ["4.0.5", "4.10.0"])
def test_an_installed_server_is_taken(monkeypatch: pytest.MonkeyPatch, installed: str) -> None:
    assert locate(monkeypatch, installed, "4.0.5") == (installed, [])


@pytest.mark.parametrize("installed", [None, "3.12.1", "3.10.8"])
def test_one_that_is_missing_or_too_old_is_downloaded(monkeypatch: pytest.MonkeyPatch, installed: str | None) -> None:
    assert locate(monkeypatch, installed, "4.0.5") == ("4.0.5", [])


def test_an_older_one_is_taken_with_one_warning_of_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    version, [warning] = locate(monkeypatch, "3.13.7", "4.0.5")
    assert version == "3.13.7"
    assert "CC and BCC" in warning
    assert "oldest supported" not in warning
    version, [warning] = locate(monkeypatch, None, "3.12.1")
    assert version == "3.12.1"
    assert "older than 3.13, the oldest supported" in warning


def test_a_processor_without_avx_is_told_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(mongodb_files, "PROCESSOR", tmp_path / "cpuinfo")
    monkeypatch.setenv("PATH", str(tmp_path))  # nothing is run
    (tmp_path / "cpuinfo").write_text(FLAGS.format("avx512"))
    with pytest.raises(SetupError, match=r"^MongoDB needs a processor with AVX"):
        mongodb_files.locate(pytest.fail)


def test_a_mongod_that_does_not_run_is_told_with_its_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "mongod"
    program.write_text("#!/bin/sh\necho 'a library is too old' >&2\nexit 127\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(mongodb_files, "list_missing", lambda *_: [])
    with pytest.raises(SetupError, match="mongod does not run here: a library is too old"):
        mongodb_files.locate(pytest.fail)


def test_an_unpacked_server_that_was_moved_is_told_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / foreign.HOME).write_text("/home/ada/.cache/embedded-servers/debian-12/rabbitmq")
    with pytest.raises(SetupError, match=r"run only in /home/ada/.*: delete the folder"):
        foreign.check(tmp_path)
    (tmp_path / foreign.HOME).write_text(str(tmp_path))
    foreign.check(tmp_path)
