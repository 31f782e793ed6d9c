"""Places in a rendered template that each email fills with its own values."""

import re
from collections.abc import Mapping

_OPEN, _CLOSE = "\ue000", "\ue001"
"""Letters for private use. Nobody else's words are in a template while its slots are."""

_SLOT = re.compile(f"{_OPEN}(.+?){_CLOSE}")


def make_slot(name: str) -> str:
    """The slot to render a template with."""
    return f"{_OPEN}{name}{_CLOSE}"


def has_slot(text: str) -> bool:
    """Whether there is something to fill in."""
    return _OPEN in text


class Slotted:
    """A text with slots."""

    def __init__(self, text: str) -> None:
        self._parts = _SLOT.split(text)
        self._names = self._parts[1::2]

    def fill(self, values: Mapping[str, str]) -> str:
        """The text with these values."""
        parts = self._parts.copy()
        parts[1::2] = [values[name] for name in self._names]
        return "".join(parts)
