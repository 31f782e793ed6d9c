"""Standard output as rich writes to it."""

from rich.console import Console


class StandardOutput(Console):
    """A console that leaves it to whoever runs the command to end it."""

    def on_broken_pipe(self) -> None:
        """Raises, since rich would end the process itself."""
        raise BrokenPipeError
