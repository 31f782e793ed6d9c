"""The one exception that this library raises."""


class SetupError(Exception):
    """Why a server cannot start here. The text is one line for a person and says what to do."""
