"""Standard output for rich."""

from rich.console import Console


class StandardOutput(Console):
    """A console that lets the command's runner handle a broken pipe."""

    def on_broken_pipe(self) -> None:
        """Raises, because rich would end the process itself."""
        raise BrokenPipeError
