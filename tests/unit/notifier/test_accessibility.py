"""The letters in a real browser: nothing for axe to complain of, and nothing wider than a small telephone."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from deploy.local import chromium
from deploy.local.machine import Trouble
from services.notifier.letter import Letters
from services.notifier.samples import Sample, samples
from services.notifier.screenshots import Browser, Scheme, browser
from shared.settings import Settings
from tests.unit.notifier.written import read

DARK = [(sample, 320, "dark") for sample in samples()]
LIGHT = [(sample, 600, "light") for sample in samples() if not sample.name.endswith("names")]
LOOK = """
axe.run(document).then(found => JSON.stringify({
  violations: found.violations.map(rule => [rule.id, rule.nodes.map(node => node.html)]),
  width: document.documentElement.scrollWidth,
}))
"""


@pytest.fixture(scope="module")
def page() -> Iterator[Browser]:
    """One page for all letters, with axe in it."""
    axe = Settings().frontend_dir / "axe-core/axe.min.js"
    if not axe.is_file():
        pytest.skip(f"{axe} is not there: deploy/local/bootstrap.sh brings it")
    try:
        program = chromium.executable()
    except Trouble as error:
        pytest.skip(str(error))
    with browser(str(program)) as begun:
        begun.ask("Runtime.evaluate", expression=axe.read_text())
        yield begun


@pytest.mark.parametrize(("sample", "width", "scheme"), DARK + LIGHT)
def test_axe_finds_nothing_and_nothing_is_cut_off(sample: Sample, width: int, scheme: Scheme, page: Browser) -> None:
    [_, html] = read(sample.written(Letters(Settings()))).iter_parts()
    page.show(html.get_content(), width, scheme)
    answer = page.ask("Runtime.evaluate", expression=LOOK, awaitPromise=True, returnByValue=True)
    found: dict[str, Any] = json.loads(answer["result"]["value"])
    assert found["violations"] == []
    assert found["width"] <= width
