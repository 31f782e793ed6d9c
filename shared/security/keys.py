"""Key rings: a few keys with ids. The first key seals new data; all of them open existing data."""

import base64
import hmac
import re
import secrets
from dataclasses import dataclass, field
from functools import cached_property

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
PURPOSES = ("commands", "gateways", "storage", "code_email", "email", "code", "index", "network", "cookie")
"""One ring per trust boundary (docs/security.md)."""


SHOWN = b"ace/fingerprint of a key"
"""What a key signs to be recognized without being shown."""

DEVELOPMENT = "dev"
"""How ids begin of keys that were made for trying the system out. Production refuses them."""


class BadKeys(ValueError):
    """A key ring that cannot be read. Says what is wrong, never what the ring contains."""


@dataclass(frozen=True)
class KeyRing:
    """Keys by id, the current one first. Each yields separate keys for sealing and for fingerprints."""

    keys: dict[str, bytes] = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> "KeyRing":
        """Reads ``id:base64,id:base64``. Raises `BadKeys`."""
        keys: dict[str, bytes] = {}
        for entry in text.split(","):
            id, colon, encoded = entry.strip().partition(":")
            if not colon or not re.fullmatch(r"[a-z0-9]{1,16}", id):
                raise BadKeys("a ring is id:base64,id:base64 with ids of a-z and 0-9")
            try:
                key = base64.b64decode(encoded, validate=True)
            except ValueError:  # of base64, or of ASCII
                raise BadKeys(f"key {id} is not base64") from None
            if len(key) != KEY_BYTES:
                raise BadKeys(f"key {id} has {len(key)} bytes, not {KEY_BYTES}")
            if id in keys:
                raise BadKeys(f"key {id} is in it twice")
            keys[id] = key
        return cls(keys)

    def derive(self, label: str) -> "KeyRing":
        """A ring of other keys under the same ids. Whoever has it learns nothing of this ring."""
        return KeyRing(self._derive(label.encode()))

    def write(self) -> str:
        """The ring as `parse` reads it."""
        return ",".join(f"{id}:{base64.b64encode(key).decode()}" for id, key in self.keys.items())

    @property
    def current(self) -> str:
        """The id of the key for new data."""
        return next(iter(self.keys))

    @cached_property
    def for_sealing(self) -> dict[str, bytes]:
        """AES-256 keys by id."""
        return self._derive(b"seal")

    @cached_property
    def for_fingerprints(self) -> dict[str, bytes]:
        """HMAC keys by id."""
        return self._derive(b"fingerprint")

    def describe(self) -> str:
        """Each key's id with a fingerprint that tells nothing about the key, the current one first.

        ``k2=1f0e9a77,k1=c0ffee00``: two processes with the same key show the same.
        """
        shown = {id: hmac.digest(key, SHOWN, "sha256").hex()[:8] for id, key in self._derive(b"shown").items()}
        return ",".join(f"{id}={fingerprint}" for id, fingerprint in shown.items())

    def _derive(self, label: bytes) -> dict[str, bytes]:
        return {id: HKDF(SHA256(), KEY_BYTES, None, b"ace/" + label).derive(key) for id, key in self.keys.items()}


def make_ring(prefix: str = "k") -> str:
    """A ring with one new key, in the format that `KeyRing.parse` reads. Its id begins with the prefix."""
    return KeyRing({f"{prefix}{secrets.token_hex(3)}": secrets.token_bytes(KEY_BYTES)}).write()


def make_environment(prefix: str = "k") -> dict[str, str]:
    """New rings for every purpose, as settings: ``{"ACE_KEYS_COMMANDS": "...", ...}``."""
    return {f"ACE_KEYS_{purpose.upper()}": make_ring(prefix) for purpose in PURPOSES}
