"""Every command of `acectl` that the documents name exists, with its options: it can be copied as it stands."""

import re
import shlex
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup

from services.console.command_line.groups import SUMMARIES, load_command
from tests.architecture.sources import ROOT

DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
COMMAND = re.compile(r"(?:`|^ {4}(?:\S+ )*\S*)acectl ([^`\n#]+)", re.MULTILINE)


def list_commands(document: Path) -> list[str]:
    """What follows `acectl` in a document's code."""
    return [typed for typed in COMMAND.findall(document.read_text()) if not typed.startswith("-")]


def find_mistake(typed: str) -> str | None:
    """The first word of a command line that does not exist."""
    name, *words = shlex.split(typed.partition(" > ")[0])
    if name not in SUMMARIES:
        return name
    command = load_command(name)
    for word in words:
        if isinstance(command, TyperGroup) and not word.startswith("-"):
            command = command.get_command(typer.Context(command), word)
            if command is None:
                return word
        elif word.startswith("--") and not any(word in each.opts for each in command.params):
            return word
    return None


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_that_a_document_names_exists(document: Path) -> None:
    assert [typed for typed in list_commands(document) if find_mistake(typed)] == []


def test_a_command_that_does_not_exist_would_be_noticed() -> None:
    assert find_mistake("bury") == "bury"
    assert find_mistake("dead bury --all") == "bury"
    assert find_mistake("dead list --every") == "--every"
    assert len(list_commands(ROOT / "docs" / "runbooks.md")) > 50
