"""Recognizes by its format what a log must not show: IR#s, email addresses, codes in groups.

The characters around them tell references, account numbers, UUIDs and times apart.
"""

import re
from typing import Any

_PERSONAL = re.compile(
    r"(?P<email>[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?<![\w-])(?:\d{3}-\d{2}-\d{4}|\d{2}-\d{7}[0-9A-Za-z]{0,2}|\d{6}-\d{5})(?![\w-])"
    r"|(?<![\w-])[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}(?![\w-])"
)


def redact(value: Any) -> Any:
    """The value with every address and number hidden, also inside containers."""
    if isinstance(value, str):
        return _PERSONAL.sub(lambda found: "***@***" if found["email"] else "***", value)
    if isinstance(value, dict):
        return {name: redact(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [redact(inner) for inner in value]
    return value
