"""The preview shows every email, with pictures if there is a browser."""

import asyncio
import email
import sys
from email.policy import default
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from embedded_servers.errors import SetupError
from services.notifier.rendering import EmailRenderer
from shared.contracts.email_kind import EmailKind
from shared.contracts.problem import Problem
from shared.security.keys import make_environment
from shared.settings.processes import Settings
from tests.support.written_emails import TO_POINT_OF_CONTACT
from tools import chromium
from tools.email_preview import __main__ as command
from tools.email_preview import preview
from tools.email_preview.samples import SampleEmail, make_samples

NAMES = [sample.name for sample in make_samples()]


def run(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Runs the command with the program `browser` next to the folder as the only browser."""

    def executable() -> Path:
        program = folder.parent / "browser"
        if not program.exists():
            raise SetupError("no Chromium is installed")
        return program

    monkeypatch.setattr(chromium, "find_executable", executable)
    monkeypatch.setattr(sys, "argv", ["email_preview", str(folder)])
    command.main()


def test_there_is_a_sample_email_of_each_kind_and_variant() -> None:
    assert len(set(NAMES)) == len(NAMES)
    for kind in EmailKind:
        assert {f"{kind}-long-names", f"{kind}-hostile-names"} <= set(NAMES)
    for kind in TO_POINT_OF_CONTACT:
        assert {kind, f"{kind}-to-no-name"} <= set(NAMES)
    for problem in (Problem.IMPORTER_ALREADY_LINKED, Problem.EMAIL_IN_USE, "otherwise"):
        assert f"application-refused-{problem}" in NAMES


def test_each_email_is_written_as_html_text_and_message(tmp_path: Path) -> None:
    preview.write_emails(tmp_path / "new" / "folder", EmailRenderer(Settings()))

    for name in NAMES:
        files = {kind: (tmp_path / "new" / "folder" / f"{name}.{kind}").read_bytes() for kind in ("html", "txt", "eml")}
        message = email.message_from_bytes(files["eml"], policy=default)
        assert "ACE-" in message["Subject"]
        assert files["html"].startswith(b"<!DOCTYPE html>")
        assert "ACE Account Service Desk" in files["txt"].decode()


def test_the_index_shows_every_email_without_a_browser_or_a_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in make_environment():
        monkeypatch.delenv(name, raising=False)

    run(monkeypatch, tmp_path / "emails")

    said = capsys.readouterr()
    assert said.out == f"{tmp_path / 'emails' / 'index.html'}\n"
    assert said.err == "no pictures: no Chromium is installed\n"
    page = BeautifulSoup((tmp_path / "emails" / "index.html").read_text(), "html.parser")
    assert [section["id"] for section in page.select("section")] == NAMES
    assert not page.select("img, script")
    for frame in page.select("iframe[src]"):
        assert (tmp_path / "emails" / str(frame["src"])).is_file()


def test_without_a_working_browser_only_the_pictures_are_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "browser"
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)

    run(monkeypatch, tmp_path / "emails")

    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("no pictures: ")
    assert (tmp_path / "emails" / "index.html").is_file()


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(SystemExit, match=rf"^ace: {tmp_path / 'file'}: "):
        run(monkeypatch, tmp_path / "file")


def test_pictures_are_as_wide_as_asked_and_dark_in_the_dark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        chromium.find_executable()
    except SetupError as error:
        pytest.skip(str(error))
    monkeypatch.setattr(preview, "make_samples", lambda: [SampleEmail("one", EmailKind.VERIFICATION_CODE)])

    index = asyncio.run(command.write(tmp_path))

    page = BeautifulSoup(index.read_text(), "html.parser")
    pictures = {str(shown["src"]): (tmp_path / str(shown["src"])).read_bytes() for shown in page.select("img")}
    assert len(set(pictures.values())) == 4
    for name, picture in pictures.items():
        width, height = (int.from_bytes(picture[place : place + 4]) for place in (16, 20))
        assert f"-{width}-" in name
        assert height > 1500
