"""Pictures of emails at desktop and phone width, in light and dark colors."""

from typing import Literal

from playwright.async_api import Page

Scheme = Literal["light", "dark"]

HEIGHT = 800
"""Height of the window. A picture is as tall as its email."""


async def show(page: Page, html: str, width: int, scheme: Scheme) -> None:
    """Shows an email in this page."""
    await page.set_viewport_size({"width": width, "height": HEIGHT})
    await page.emulate_media(color_scheme=scheme)
    await page.set_content(html)
