"""Somebody else was faster."""


class Conflict(Exception):
    """What was decided about is no longer what is stored: look again and decide again."""
