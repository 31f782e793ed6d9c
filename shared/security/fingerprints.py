"""Keyed fingerprints (HMAC-SHA-256): they compare codes and grants without storing them, and serve as blind indexes."""

import base64
import hashlib
import hmac

from shared.security.keys import KeyRing

SHORT = 6
"""Bytes of a short fingerprint."""


class Fingerprints:
    """Fingerprints under a key ring, each with its key's id: ``k1.5f0c...``."""

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring

    def compute(self, *parts: str) -> str:
        """The fingerprint of these parts, in this order, under the current key."""
        return self._compute_under(self._ring.current, parts)

    def matches(self, fingerprint: str, *parts: str) -> bool:
        """Whether this is the fingerprint of these parts, in constant time."""
        id = fingerprint.partition(".")[0]
        if id not in self._ring.keys or not fingerprint.isascii():  # `compare_digest` would raise
            return False
        return hmac.compare_digest(fingerprint, self._compute_under(id, parts))

    def compute_short(self, *parts: str) -> str:
        """48 bits of the fingerprint, ``k1.TWFueSBo``. Enough to notice a difference, not to prove anything."""
        return _shorten(self.compute(*parts))

    def matches_short(self, fingerprint: str, *parts: str) -> bool:
        """Whether this may be the short fingerprint of these parts: also if its key is no longer in the ring."""
        id = fingerprint.partition(".")[0]
        return id not in self._ring.keys or fingerprint == _shorten(self._compute_under(id, parts))

    def _compute_under(self, id: str, parts: tuple[str, ...]) -> str:
        return f"{id}.{_compute_digest(self._ring.for_fingerprints[id], parts)}"


def _shorten(fingerprint: str) -> str:
    id, _, digest = fingerprint.partition(".")
    return f"{id}.{base64.urlsafe_b64encode(bytes.fromhex(digest)[:SHORT]).decode()}"


class BlindIndex:
    """Replaces a value in equality lookups. Its key does not rotate online, so it stores no key id."""

    def __init__(self, ring: KeyRing) -> None:
        self._key = ring.for_fingerprints[ring.current]

    def compute(self, kind: str, normal: str) -> str:
        """The index of a normalized value. The kind (``importer``, ``email``) separates equal values of two kinds."""
        return _compute_digest(self._key, (kind, normal))


def _compute_digest(key: bytes, parts: tuple[str, ...]) -> str:
    message = b"".join(len(raw).to_bytes(4, "big") + raw for raw in (part.encode() for part in parts))
    return hmac.new(key, message, hashlib.sha256).hexdigest()
