"""acectl, the operators' command."""


def main() -> None:
    """Runs acectl."""
