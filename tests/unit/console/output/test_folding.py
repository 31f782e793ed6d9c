"""Text fits the screen, and what people copy stays in one piece."""

import pytest
from rich.console import Console

from services.console.output import printing
from services.console.output.folding import fold

ID = "8d1f5a52-3c0e-4b52-9a55-0a4b7a1c9e01"
REPLAY = f"acectl dead replay {ID} --dry-run"


@pytest.mark.parametrize(
    ("text", "copied"),
    [
        (f"Whether a replay can still help: {REPLAY}", REPLAY),
        (f"fix the cause before 2026-11-22 15:10:00 UTC, then: {REPLAY}", REPLAY),
        (
            "start the program that takes nothing: docker compose up --detach code-mailer; then look",
            "docker compose up --detach code-mailer",
        ),
        (
            "drop each of them, one by one and slowly, then acectl database apply; if that is refused",
            "acectl database apply",
        ),
        (
            "nothing in it is running at the moment, so: .venv/bin/python -m deploy.local restart verifier",
            ".venv/bin/python -m deploy.local restart verifier",
        ),
        (f"of the application {ID} and of the reference that it has, ACE-7KQ2-MM4X", ID),
    ],
)
@pytest.mark.parametrize("width", [72, 76, 80])
def test_what_is_copied_is_never_broken(text: str, copied: str, width: int) -> None:
    lines = fold(text, width)
    assert " ".join(lines) == text
    assert any(copied in line for line in lines)
    assert all(len(line) <= width for line in lines)


def test_a_table_that_is_wider_than_the_screen_becomes_lines(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(printing, "screen", lambda: Console(width=80))
    printing.print_table(("id", "also"), [[ID, "short"]])
    assert capsys.readouterr().out.splitlines()[1].split() == [ID, "short"]
    printing.print_table(("id", "why"), [[ID, f"because of {ID}, and of {ID}"], [ID, "no reason"]])
    printed = capsys.readouterr().out.splitlines()
    assert printed == [f"id   {ID}", f"why  because of {ID}, and of {ID}", "", f"id   {ID}", "why  no reason"]
