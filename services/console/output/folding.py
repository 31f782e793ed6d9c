"""Folds text to a screen's width, but never what people copy: a command, an id, a reference."""

import re
from collections.abc import Iterator

PROGRAMS = r"acectl|make run|docker compose|kubectl|systemctl|rabbitmqctl|rabbitmq-diagnostics|python -m|\.venv/bin/\S+"
COMMAND = re.compile(rf"(?:{PROGRAMS})(?: [^\s,;:()]+)*")
"""A command as our sentences write it: up to the next comma, semicolon, colon or parenthesis."""


def fold(text: str, width: int) -> list[str]:
    """The lines of a text, each within this width unless one thing to copy alone is wider."""
    lines = [""]
    for piece in _split(text):
        joined = f"{lines[-1]} {piece}" if lines[-1] else piece
        if lines[-1] and len(joined) > width:
            lines.append(piece)
        else:
            lines[-1] = joined
    return lines


def _split(text: str) -> Iterator[str]:
    """Words, and commands with the punctuation that follows them."""
    words = text.split(" ")
    while words:
        rest = " ".join(words)
        found = COMMAND.match(rest)
        count = len(f"{found.group()}".split(" ")) if found else 1
        yield " ".join(words[:count])
        del words[:count]
