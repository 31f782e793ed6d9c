"""Writes every letter for people to look at: ``python -m services.notifier.preview FOLDER [BROWSER]``.

It needs no server and no key.
"""

import sys
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.notifier import screenshots
from services.notifier.letter import Letters
from services.notifier.samples import Sample, samples
from shared import settings as configuration

WIDTHS = (600, 360)
SCHEMES: tuple[screenshots.Scheme, ...] = ("light", "dark")


@dataclass(frozen=True)
class Shown:
    """A letter as the index shows it."""

    name: str
    message: EmailMessage
    html: str
    text: str

    @property
    def pictures(self) -> list[tuple[str, int, screenshots.Scheme]]:
        """File, width in pixels and color scheme of each picture."""
        return [(f"{self.name}-{width}-{scheme}.png", width, scheme) for width in WIDTHS for scheme in SCHEMES]


def preview(folder: Path, letters: Letters, browser: str | None) -> Path:
    """Writes all letters, and pictures of them where there is a browser. Returns the index of it all."""
    folder.mkdir(parents=True, exist_ok=True)
    shown = [_written(sample, letters, folder) for sample in samples()]
    pictured = browser is not None and _pictured(shown, folder, browser)
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined
    )
    index = folder / "index.html"
    index.write_text(environment.get_template("preview.html").render(letters=shown, pictured=pictured), "utf-8")
    return index


def _written(sample: Sample, letters: Letters, folder: Path) -> Shown:
    letter = sample.written(letters)
    message = message_from_bytes(letter.content, policy=default)
    text, html = (str(part.get_content()) for part in message.iter_parts())
    shown = Shown(sample.name, message, html, text)
    (folder / f"{sample.name}.html").write_text(shown.html, "utf-8")
    (folder / f"{sample.name}.txt").write_text(shown.text, "utf-8")
    (folder / f"{sample.name}.eml").write_bytes(letter.content)
    return shown


def _pictured(letters: list[Shown], folder: Path, program: str) -> bool:
    """Whether the pictures could be taken."""
    try:
        with screenshots.browser(program) as browser:
            for letter in letters:
                for file, width, scheme in letter.pictures:
                    browser.show(letter.html, width, scheme)
                    (folder / file).write_bytes(browser.picture())
    except screenshots.Trouble as error:
        _say(f"no pictures: {program}: {error}")
        return False
    return True


def _say(text: str) -> None:
    print(f"acectl: {text}", file=sys.stderr)  # noqa: T201  # this is a command


def main(folder: str, program: str | None = None) -> int:
    """The command. Exit codes are those of acectl."""
    try:
        browser = program or screenshots.found()
        if browser is None:
            _say("no pictures: no Chromium here; install `chromium`, run `make screenshots`, or name one by --browser")
        index = preview(Path(folder), Letters(configuration.load()), browser)
    except configuration.SettingError as error:
        _say(str(error))
        return 3
    except OSError as error:
        _say(f"{error.filename}: {error.strerror}")
        return 2
    print(index)  # noqa: T201  # this is a command
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
