"""Names of logins: as they stand in the audit, so short and plain."""

import re

NAME = re.compile(r"[a-z][a-z0-9._-]{0,31}")
RULE = "must begin with a letter and have at most 32 letters, digits, dots, dashes or underscores"


def normalize_name(typed: str) -> str | None:
    """A login's name in lower case; None if there can be none of this name."""
    name = typed.strip().lower()
    return name if NAME.fullmatch(name) else None
