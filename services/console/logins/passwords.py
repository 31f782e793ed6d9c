"""Passwords of logins: made here, hashed with argon2, checked in a time that tells nothing."""

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 15, 128
"""Characters. A password alone protects the console: NIST SP 800-63B-4, 3.1.1.2, asks for 15."""

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""None that look alike."""

GROUPS, GROUP = 5, 5

_HASHER = PasswordHasher()
"""The library's defaults: RFC 9106 for little memory. 64 MiB and a tenth of a second."""


def make_password() -> str:
    """A new password of 120 bits, in groups that can be read aloud."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(GROUPS))


def find_weakness(password: str, name: str) -> str | None:
    """Why this is no password for this login; None if it may be one."""
    if not SHORTEST <= len(password) <= LONGEST:
        return f"must have {SHORTEST} to {LONGEST} characters"
    if len(set(password)) < 5 or (name and password.lower().replace(name, "") == ""):
        return "repeats itself: use several words, or let acectl make one"
    return None


def hash_password(password: str) -> str:
    """What is stored of a password."""
    return _HASHER.hash(password)


def is_right(password: str, stored: str | None) -> bool:
    """Whether this is the password behind a hash. Without one it takes as long, so that names cannot be tried."""
    try:
        return _HASHER.verify(stored or _make_stand_in(), password[:LONGEST]) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _make_stand_in() -> str:
    return _HASHER.hash(secrets.token_hex())
