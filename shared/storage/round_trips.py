"""Tells somebody of every command that goes to the database."""

from collections.abc import Callable

from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

Tell = Callable[[str], None]
"""Called with a command's name, such as ``find``, in any thread."""


class RoundTrips(CommandListener):
    """Listens to the driver. It sees what a command says, and passes on only its name."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell

    def _tell_name(self, event: CommandStartedEvent) -> None:
        self._tell(event.command_name)

    def _ignore(self, event: CommandSucceededEvent | CommandFailedEvent) -> None:
        """Is told already."""

    started, succeeded, failed = _tell_name, _ignore, _ignore
    """The driver's names."""
