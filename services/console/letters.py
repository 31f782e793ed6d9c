"""`acectl letters`: what the system writes to people."""

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="What the system writes to people.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """What the system writes to people."""


@app.command()
def preview(
    folder: Annotated[Path, typer.Argument(help="Where to; it is made where it is missing.")] = Path("letters-preview"),
    browser: Annotated[
        str | None, typer.Option(help="The Chromium that takes the pictures. Unset: one is found.", metavar="PROGRAM")
    ] = None,
) -> None:
    """Write every letter, about made-up people, as HTML, text, email and pictures, and an index of them all."""
    command = [sys.executable, "-m", "services.notifier.preview", str(folder), *([browser] if browser else [])]
    raise typer.Exit(subprocess.run(command, check=False).returncode)  # noqa: S603  # the notifier, which knows letters
