"""axe-core's findings on a page, by WCAG 2.2 A and AA and its best practices."""

from functools import cache
from pathlib import Path
from typing import Any

from playwright.async_api import Page

AXE = Path("node_modules/axe-core/axe.min.js")
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
RUN = "rules => axe.run({ runOnly: { type: 'tag', values: rules }, resultTypes: ['violations'] })"


@cache
def _axe() -> str:
    return AXE.read_text()


async def violations(page: Page) -> list[str]:
    """One line for each element and each rule it breaks."""
    await page.evaluate(_axe())
    result: dict[str, Any] = await page.evaluate(RUN, RULES)
    return [
        f"{rule['id']}: {rule['help']}: {node['target']} {node['html'][:200]} {node['failureSummary']}"
        for rule in result["violations"]
        for node in rule["nodes"]
    ]
