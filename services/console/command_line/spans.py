"""Spans of time as operators type them."""

import re
from datetime import timedelta

import typer

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def parse(text: str) -> timedelta:
    """``90s``, ``30m``, ``12h``, ``7d``. Raises `BadParameter`."""
    found = re.fullmatch(r"(\d{1,6})([smhd])", text.strip())
    if not found:
        raise typer.BadParameter(f"{text!r} is not a span of time: 90s, 30m, 12h, 7d")
    return timedelta(**{UNITS[found[2]]: int(found[1])})
