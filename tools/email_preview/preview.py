"""Writes the preview: each email, its pictures, and an index that shows them side by side."""

from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from playwright.async_api import Browser

from services.notifier.rendering import EmailRenderer
from tools.email_preview import pictures
from tools.email_preview.samples import SampleEmail, make_samples

WIDTHS = (600, 360)
SCHEMES: tuple[pictures.Scheme, ...] = ("light", "dark")
TEMPLATES = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined)


@dataclass(frozen=True)
class Preview:
    """An email as the index shows it."""

    name: str
    message: EmailMessage
    html: str
    text: str

    @property
    def pictures(self) -> list[tuple[str, int, pictures.Scheme]]:
        """File, width in pixels and color scheme of each picture."""
        return [(f"{self.name}-{width}-{scheme}.png", width, scheme) for width in WIDTHS for scheme in SCHEMES]


def write_emails(folder: Path, emails: EmailRenderer) -> list[Preview]:
    """Writes every email as HTML, as text, and as sent to the mail server."""
    folder.mkdir(parents=True, exist_ok=True)
    return [_write(sample, emails, folder) for sample in make_samples()]


def _write(sample: SampleEmail, emails: EmailRenderer, folder: Path) -> Preview:
    content = sample.render(emails).content
    message = message_from_bytes(content, policy=default)
    text, html = (str(part.get_content()) for part in message.iter_parts())
    (folder / f"{sample.name}.html").write_text(html, "utf-8")
    (folder / f"{sample.name}.txt").write_text(text, "utf-8")
    (folder / f"{sample.name}.eml").write_bytes(content)
    return Preview(sample.name, message, html, text)


async def take_pictures(previews: list[Preview], folder: Path, browser: Browser) -> None:
    """Takes all pictures for the index."""
    page = await browser.new_page()
    for preview in previews:
        for file, width, scheme in preview.pictures:
            await pictures.show(page, preview.html, width, scheme)
            await page.screenshot(path=folder / file, full_page=True)


def write_index(previews: list[Preview], folder: Path, *, with_pictures: bool) -> Path:
    """Writes the page that shows all emails, in frames if there are no pictures. Returns its path."""
    index = folder / "index.html"
    index.write_text(TEMPLATES.get_template("index.html").render(emails=previews, with_pictures=with_pictures), "utf-8")
    return index
