"""`acectl keys`: the keys under which personal data is sealed and found."""

import typer

from services.console.command_line.groups import make_group
from shared.security.keys import make_environment

app = make_group()


@app.command("new")
def print_new() -> None:
    """Print fresh keys for every purpose, as settings. Nothing is stored: keep them, what is sealed needs them."""
    for name, ring in make_environment().items():
        typer.echo(f"{name}={ring}")
