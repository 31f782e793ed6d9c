"""The preview: every letter to look at, with pictures where there is a browser, and without where there is none."""

import email
import stat
from email.policy import default
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from deploy.local import machine
from services.notifier import preview, samples, screenshots
from services.notifier.writer import TO_POINT_OF_CONTACT
from shared.domain.letter import LetterKind
from shared.domain.problem import Problem

NAMES = [sample.name for sample in samples.samples()]


@pytest.fixture(autouse=True)
def without_pictures(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screenshots, "PROGRAMS", ())
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))


def test_there_is_a_letter_of_each_kind_and_of_each_variant() -> None:
    assert len(set(NAMES)) == len(NAMES)
    for kind in LetterKind:
        assert {f"{kind}-long-names", f"{kind}-hostile-names"} <= set(NAMES)
    for kind in TO_POINT_OF_CONTACT:
        assert {kind, f"{kind}-to-no-name"} <= set(NAMES)
    for problem in (Problem.IMPORTER_ALREADY_LINKED, Problem.EMAIL_IN_USE, "otherwise"):
        assert f"application-refused-{problem}" in NAMES


def test_each_letter_is_written_as_html_text_and_email(tmp_path: Path) -> None:
    assert preview.main(str(tmp_path / "new" / "folder")) == 0

    for name in NAMES:
        files = {kind: (tmp_path / "new" / "folder" / f"{name}.{kind}").read_bytes() for kind in ("html", "txt", "eml")}
        message = email.message_from_bytes(files["eml"], policy=default)
        assert "ACE-" in message["Subject"]
        assert files["html"].startswith(b"<!DOCTYPE html>")
        assert "ACE Account Service Desk" in files["txt"].decode()


def test_the_index_shows_every_letter_without_a_browser_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert preview.main(str(tmp_path)) == 0

    said = capsys.readouterr()
    assert said.out == f"{tmp_path / 'index.html'}\n"
    [line] = said.err.splitlines()
    assert "no Chromium here; install `chromium`" in line
    page = BeautifulSoup((tmp_path / "index.html").read_text(), "html.parser")
    assert [section["id"] for section in page.select("section")] == NAMES
    assert not page.select("img, script")
    for shown in page.select("iframe[src]"):
        assert (tmp_path / str(shown["src"])).is_file()


def test_the_browser_that_the_set_up_fetched_is_found_without_being_named() -> None:
    program = machine.cache() / "debian-12" / "chromium" / "browser"
    program.parent.mkdir(parents=True)
    program.touch()

    assert screenshots.found() == str(program)


@pytest.mark.parametrize("script", ["exit 1", "sleep 0.1; echo nonsense >&4; exec sleep 0.1"])
def test_a_browser_that_does_not_start_costs_the_pictures_only(
    script: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "browser"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)

    assert preview.main(str(tmp_path / "letters"), str(program)) == 0

    assert f"no pictures: {program}:" in capsys.readouterr().err
    assert (tmp_path / "letters" / "index.html").is_file()


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()

    assert preview.main(str(tmp_path / "file")) == 2

    assert capsys.readouterr().err.splitlines()[-1].startswith(f"acectl: {tmp_path / 'file'}: ")


def test_pictures_are_as_wide_as_asked_and_dark_in_the_dark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    program = screenshots.found()
    if program is None:
        pytest.skip("there is no Chromium here")
    monkeypatch.setattr(preview, "samples", lambda: [samples.Sample("one", LetterKind.VERIFICATION_CODE)])

    assert preview.main(str(tmp_path)) == 0

    page = BeautifulSoup((tmp_path / "index.html").read_text(), "html.parser")
    pictures = {str(shown["src"]): (tmp_path / str(shown["src"])).read_bytes() for shown in page.select("img")}
    assert len(set(pictures.values())) == 4
    for name, picture in pictures.items():
        width, height = (int.from_bytes(picture[place : place + 4]) for place in (16, 20))
        assert f"-{width}-" in name
        assert height > 1500
