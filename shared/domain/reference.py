"""An application's reference, which people read to each other. It grants no access."""

import hashlib
import re
from uuid import UUID

from shared.domain import base32
from shared.domain.errors import Invalid
from shared.domain.fields.text import replace_dashes

LONGEST = 100
"""Characters that may be typed, with spaces."""


def derive(application_id: UUID) -> str:
    """Derives the reference from the application's id: ``ACE-XXXX-XXXX``."""
    digest = hashlib.sha256(b"reference:" + application_id.bytes).digest()
    return "ACE-" + base32.encode(int.from_bytes(digest[:5], "big"), 8)


def parse(text: str) -> str:
    """Reads a reference that an operator typed. Raises `Invalid`: ``malformed``."""
    if len(text) > LONGEST:
        raise Invalid("malformed")
    symbols = base32.normalize(re.sub(r"^\s*ACE-", "", replace_dashes(text), flags=re.IGNORECASE))
    if len(symbols) != 8 or not set(symbols) <= set(base32.ALPHABET):
        raise Invalid("malformed")
    return f"ACE-{symbols[:4]}-{symbols[4:]}"
