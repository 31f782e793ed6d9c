"""A runbook says all that somebody needs at night or on the telephone."""

import re

import pytest

from services.console.web.views.navigation import NAVIGATION
from tests.architecture.sources import ROOT

PAGE = (ROOT / "docs" / "runbooks.md").read_text()
CALLERS = (
    "Never got the code",
    "Locked out",
    "Somebody else applied for us",
    "Wrong email typed",
    "Already linked, by whom",
    "A digest of requests without a code",
    "The emails after Submit never came",
)


def read_runbooks(chapter: str) -> dict[str, str]:
    """The runbooks of a chapter, by their headings."""
    text = PAGE.partition(f"\n## {chapter}\n")[2].partition("\n## ")[0]
    return dict(re.findall(r"^### (.+?)\n(.*?)(?=^### |\Z)", text, re.MULTILINE | re.DOTALL))


@pytest.mark.parametrize(("alert", "runbook"), read_runbooks("Alerts").items(), ids=lambda text: text[:20])
def test_an_alerts_runbook_says_where_to_look_what_to_do_and_how_to_know_that_it_worked(
    alert: str, runbook: str
) -> None:
    assert re.findall(r"^- \*\*(.+?)\*\*", runbook, re.MULTILINE) == ["Look", "Do", "It worked"], alert


@pytest.mark.parametrize("caller", CALLERS)
def test_a_callers_runbook_also_says_what_to_say_and_what_never(caller: str) -> None:
    runbook = read_runbooks("Callers")[caller]
    parts = re.findall(r"\*\*(Look|Say|Never say|Do|It worked)\*\*", runbook)
    assert parts == ["Look", "Say", "Never say", "Do", "It worked"]


def test_every_page_of_the_console_that_a_runbook_names_exists() -> None:
    named = set(re.findall(r"`Console > (.+?)`", PAGE))
    assert named <= {page.name for page in NAVIGATION}
    assert "Applications" in named
