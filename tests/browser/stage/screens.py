"""Screens of several sizes, in CSS pixels."""

from playwright.async_api import Page, ViewportSize

DESK: ViewportSize = {"width": 1100, "height": 800}
NARROW: dict[str, ViewportSize] = {
    "phone": {"width": 360, "height": 640},
    "zoomed": {"width": 320, "height": 256},  # 1280 by 1024 at 400 percent (WCAG 1.4.10)
}
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


async def overflow(page: Page) -> int:
    """How many pixels the page is wider than its window."""
    wider: int = await page.evaluate(OVERFLOW)
    return wider
