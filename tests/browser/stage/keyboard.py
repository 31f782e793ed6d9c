"""A person without a mouse, who moves with the Tab key and sees where the focus is."""

from playwright.async_api import Page

NAME = """
() => {
  const focused = document.activeElement;
  const name = focused.getAttribute("aria-label") ?? focused.labels?.[0]?.textContent ?? focused.textContent;
  return name.replace(/\\s+/g, " ").trim();
}
"""
MOST_STEPS = 80


class Keyboard:
    """Presses keys."""

    def __init__(self, page: Page) -> None:
        self._page = page

    async def go_to(self, name: str) -> None:
        """Presses Tab until the focus is at the link, button or field with this name or label."""
        passed = []
        for _ in range(MOST_STEPS):
            await self.press("Tab")
            passed.append(await self.at())
            if passed[-1] == name:
                return
        raise AssertionError(f"{name!r} is not reached by Tab, only {passed}")

    async def at(self) -> str:
        """The name of the focused element."""
        name: str = await self._page.evaluate(NAME)
        return name

    async def press(self, *keys: str) -> None:
        """Presses one key after another, by name."""
        for key in keys:
            await self._page.keyboard.press(key)

    async def type(self, text: str) -> None:
        """Types into the focused element."""
        await self._page.keyboard.type(text)

    async def enter(self) -> None:
        """Presses Enter and waits for the next page."""
        async with self._page.expect_navigation():
            await self.press("Enter")
