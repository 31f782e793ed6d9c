"""Groups of commands: a group lists what each command does, and loads only the one that runs."""

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup
from typer.main import get_command

SUMMARIES = {
    "queues": "Show every queue: what waits, since when, who takes it, what is tried again, and what is dead.",
    "top": "Show queues, applications and emails, live, until Ctrl-C. With --json, one line for each look.",
    "doctor": "Check broker, topology, permissions, database, keys, clocks, mail and settings. "
    "Exits 1 if anything is bad.",
    "importers": "Importer records (CBP Form 5106).",
    "users": "Trade users of the ACE Portal.",
    "applications": "Applications and their history.",
    "emails": "Emails that are not out, and sending one again.",
    "limits": "What limits counted about an importer, name, address or network, and lifting it.",
    "dead": "Dead letters: messages that were parked because they can never be handled, or no longer.",
    "audit": "What operators did, whom they looked up, and which files they loaded: who, when, what, why.",
    "gateways": "Web gateways of others: each with a broker user and keys of its own.",
    "contracts": "What is wrong with a message of somebody's gateway.",
    "logins": "Who may use the console in the browser, and as what.",
    "topology": "Exchanges, queues, policies and users of the broker.",
    "database": "Collections, indexes and users of the database.",
    "keys": "Keys for sealing, blind indexes, codes and cookies.",
}
"""What each command does, in the order of `acectl --help`. Each is a module of `commands` with the same name."""


class PlainCommand(TyperCommand):
    """A command whose help names an argument as people write it: FILE, not {file} <FileBinaryRead>."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """What follows the command's name."""
        return [piece.strip("{}") for piece in super().collect_usage_pieces(ctx)]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Writes the lists of arguments and options."""
        parameters = self.get_params(ctx)
        arguments = [each for each in parameters if isinstance(each, TyperArgument)]
        options = [each.get_help_record(ctx) for each in parameters if each not in arguments]
        if arguments:
            with formatter.section("Arguments"):
                formatter.write_dl([(each.display_name_raw, each.help or "") for each in arguments])
        with formatter.section("Options"):
            formatter.write_dl([option for option in options if option])


class CommandGroup(TyperGroup):
    """A group whose help shows each command's whole first paragraph, wrapped as needed."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Writes the list of commands."""
        named = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        summaries = [(name, _summarize(command.help)) for name, command in named if command]
        with formatter.section("Commands"):
            formatter.write_dl(summaries)


class Acectl(CommandGroup):
    """All that acectl can do. Help and completion load no command."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        for name, summary in SUMMARIES.items():
            self.add_command(TyperCommand(name=name, help=summary))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Loads the command to run."""
        name, _, rest = super().resolve_command(ctx, args)
        return name, load_command(str(name)), rest


def load_command(name: str) -> Any:
    """The command, or group of commands, of the module with this name."""
    app: typer.Typer = import_module(f"services.console.commands.{name}").app
    for each in app.registered_commands:
        each.cls = PlainCommand
    command: Any = get_command(app)
    command.help = SUMMARIES[name]
    return command


def make_app() -> typer.Typer:
    """One command. Plain help, since rich alone would take half of a command's time to start."""
    return typer.Typer(add_completion=False, rich_markup_mode=None)


def make_group() -> typer.Typer:
    """A group of commands, even if it has only one yet."""
    return typer.Typer(
        cls=CommandGroup, callback=lambda: None, no_args_is_help=True, add_completion=False, rich_markup_mode=None
    )


def _summarize(help: str | None) -> str:
    """The first paragraph of a help text, in one line."""
    return " ".join((help or "").partition("\n\n")[0].split())
