"""Writes pictures of the pages: `make screenshots`, or `python -m tests.browser.screenshots FOLDER`.

It shows all states on a large and a small screen, with an index page. With `--main` before the folder, it only shows
the top of the four main pages, and the console's overview: what README.md has.
"""

import asyncio
import logging
import sys
from html import escape
from pathlib import Path

import structlog
from playwright.async_api import Browser, Page, ViewportSize

from embedded_servers.errors import SetupError
from tests.browser.console.picture import serving_picture
from tests.browser.stage.screens import DESK, NARROW
from tests.browser.stage.staging import Stage, reached, staging
from tests.browser.states import STATES, State
from tools import chromium

SCREENS = {"desktop": DESK, "phone": NARROW["phone"]}
MAIN = ("request", "code", "details", "confirmation")
MAIN_SCREEN: ViewportSize = {"width": 1100, "height": 1000}
CONSOLE_SCREEN: ViewportSize = {"width": 1200, "height": 780}
INDEX = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Page states</title>
<style>body {{ font-family: sans-serif }} img {{ border: 1px solid; margin: 1em; vertical-align: top }}</style>
{}
</html>
"""


async def write_all(folder: Path) -> None:
    """Every state."""
    async with chromium.launch() as browser, staging() as stage:
        window = await browser.new_page()
        for state in STATES:
            await _write(state, folder, browser, window, stage)


async def _write(state: State, folder: Path, browser: Browser, window: Page, stage: Stage) -> None:
    async with reached(state, browser, window, stage) as visitor:
        for screen, size in SCREENS.items():
            await visitor.page.set_viewport_size(size)
            whole = not await visitor.page.locator("dialog[open]").count()
            await visitor.page.screenshot(path=folder / f"{state.name}-{screen}.png", full_page=whole)


def _index() -> str:
    return INDEX.format(
        "\n".join(
            f"<h2>{escape(state.name)}</h2>"
            + "".join(f'<img src="{escape(state.name)}-{screen}.png" alt="{screen}">' for screen in SCREENS)
            for state in STATES
        )
    )


async def write_main(folder: Path) -> None:
    """Writes what the four main pages and the console look like when they open."""
    async with chromium.launch() as browser, staging() as stage:
        window = await browser.new_page()
        for state in (state for state in STATES if state.name in MAIN):
            async with reached(state, browser, window, stage) as visitor:
                await visitor.page.set_viewport_size(MAIN_SCREEN)
                await visitor.page.screenshot(path=folder / f"{state.name}.png")
        await write_console(folder, window)


async def write_console(folder: Path, window: Page) -> None:
    """Writes what the console's overview looks like."""
    async with serving_picture() as address:
        await window.set_viewport_size(CONSOLE_SCREEN)
        await window.goto(address)
        await window.screenshot(path=folder / "console.png")


def main() -> None:
    """Writes what the arguments ask for."""
    *main_only, folder = map(Path, sys.argv[1:])
    folder.mkdir(parents=True, exist_ok=True)
    unheard = structlog.make_filtering_bound_logger(logging.CRITICAL)  # one state shows a bug, which would be logged
    structlog.configure(wrapper_class=unheard)
    try:
        asyncio.run(write_main(folder) if main_only else write_all(folder))
    except SetupError as error:
        sys.exit(f"ace: {error}")
    if not main_only:
        (folder / "index.html").write_text(_index())
        sys.stdout.write(f"{folder}/index.html shows all states\n")


if __name__ == "__main__":
    main()
