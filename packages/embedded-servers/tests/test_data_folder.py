"""Data of another release is kept aside; data of the same one is left where it is."""

from pathlib import Path

import pytest

from embedded_servers import data_folder


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "rabbitmq/data"


def begin(data: Path, version: str) -> list[str]:
    warnings: list[str] = []
    data_folder.begin(data, "RabbitMQ", version, "3", warnings.append)
    return warnings


def test_a_new_folder_is_marked_and_private(data: Path) -> None:
    assert begin(data, "4.0.5") == []
    assert (data / data_folder.MARK).read_text() == "4.0.5\n"
    assert data.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("version", ["4.0.5", "4.0.9"])
def test_the_same_release_goes_on_with_its_data(data: Path, version: str) -> None:
    begin(data, "4.0.5")
    (data / "messages").write_text("kept")
    assert begin(data, version) == []
    assert (data / "messages").read_text() == "kept"
    assert (data / data_folder.MARK).read_text() == f"{version}\n"


@pytest.mark.parametrize("version", ["3.13.7", "4.1.0"])
def test_another_release_begins_anew_and_says_where_the_data_is(data: Path, version: str) -> None:
    begin(data, "4.0.5")
    (data / "messages").write_text("kept")
    (warning,) = begin(data, version)
    (aside,) = (folder for folder in data.parent.iterdir() if folder != data)
    assert (aside / "messages").read_text() == "kept"
    assert warning.endswith(f"RabbitMQ 4.0.5 wrote is kept aside in {aside}")
    assert [file.name for file in data.iterdir()] == [data_folder.MARK]


def test_a_folder_without_a_mark_is_an_older_releases(data: Path) -> None:
    data.mkdir(parents=True)
    (data / "rabbit@localhost").mkdir()
    (warning,) = begin(data, "4.0.5")
    assert "RabbitMQ 3 wrote" in warning
    assert not (data / "rabbit@localhost").exists()


def test_an_empty_folder_without_a_mark_is_nobodys(data: Path) -> None:
    data.mkdir(parents=True)
    assert begin(data, "4.0.5") == []
