"""Passwords of logins: made here, hashed with argon2, checked in a time that tells nothing."""

import secrets
from functools import cache
from itertools import pairwise

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 15, 128
"""Characters. A password alone protects the console: NIST SP 800-63B-4, 3.1.1.2, asks for 15."""

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""None that look alike."""

GROUPS, GROUP = 5, 5

UNGUESSABLE = 6
"""Different characters that must remain of a password without what everybody tries first."""

WELL_KNOWN = (
    "correcthorsebatterystaple",
    "correct horse battery staple",
    "1q2w3e4r5t6y7u8i9o0p",
    "1q2w3e4r5t6y7u8i",
    "1q2w3e4r5t6y",
    "password",
    "passw0rd",
    "p@ssw0rd",
    "passphrase",
    "changeme",
    "letmein",
    "welcome",
    "iloveyou",
    "trustno1",
    "administrator",
    "admin",
    "operator",
    "console",
    "customs",
    "importer",
    "portal",
    "secret",
    "login",
)
"""What everybody tries first, and the words of this system: NIST SP 800-63B-4, 3.1.1.2, asks for such a list."""

LINES = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
STEPS = {line[at : at + 2] for way in LINES for line in (way, way[::-1]) for at in range(len(line) - 1)}
"""Two characters that follow each other in the alphabet, in numbers or on a keyboard."""

_HASHER = PasswordHasher()
"""The library's defaults: RFC 9106 for little memory. 64 MiB and a tenth of a second."""


def make_password() -> str:
    """A new password of 120 bits, in groups that can be read aloud."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(GROUPS))


def find_weakness(password: str, name: str) -> str | None:
    """Why this is no password for this login; None if it may be one."""
    if not SHORTEST <= len(password) <= LONGEST:
        return f"must have {SHORTEST} to {LONGEST} characters"
    if len(set(_strip_guessable(password.lower(), name))) < UNGUESSABLE:
        return "is easy to guess: use several words, or let acectl make one"
    return None


def _strip_guessable(password: str, name: str) -> str:
    """What remains without known words, sequences and repetitions: ``a1b2`` of ``a1b2a1b2``."""
    for word in (*WELL_KNOWN, *([name] if name else [])):
        password = password.replace(word, " ")
    whole = (password + password).find(password, 1)
    password = password[:whole]
    steps = pairwise(password)
    return password[:1] + "".join(after for before, after in steps if before != after and before + after not in STEPS)


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
