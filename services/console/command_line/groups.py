"""Groups of commands: a group lists what each command does, and loads only the one that runs."""

from importlib import import_module
from typing import Any, ClassVar

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command


class CommandGroup(TyperGroup):
    """A group whose help shows each command's whole first paragraph, wrapped as needed."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Writes the list of commands."""
        named = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        summaries = [(name, summarize(command.help)) for name, command in named if command]
        with formatter.section("Commands"):
            formatter.write_dl(summaries)


class LazyGroup(CommandGroup):
    """Commands that are modules of `commands`. Help and completion load none of them."""

    summaries: ClassVar[dict[str, str]] = {}
    """What each command does, by name. The module has the same name."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        for name, summary in self.summaries.items():
            self.add_command(TyperCommand(name=name, help=summary))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Loads the command to run."""
        name, _, rest = super().resolve_command(ctx, args)
        return name, load_command(str(name)), rest


def load_command(name: str) -> Any:
    """The command, or group of commands, of the module with this name."""
    return get_command(import_module(f"services.console.commands.{name}").app)


def make_app(help: str | None = None) -> typer.Typer:
    """The commands of one module. Plain help, since rich alone would take half of a command's time to start."""
    return typer.Typer(cls=CommandGroup, help=help, no_args_is_help=True, add_completion=False, rich_markup_mode=None)


def summarize(help: str | None) -> str:
    """The first paragraph of a help text, in one line."""
    return " ".join((help or "").partition("\n\n")[0].split())
