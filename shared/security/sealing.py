"""Sealing: AES-256-GCM, bound to the context that the sealed text is for."""

import base64
import os
from functools import cached_property
from typing import TypeVar
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import BaseModel, ValidationError

from shared.security.keys import KeyRing

NONCE_BYTES = 12

_CHANGED = "it was changed, or sealed for another context"

Content = TypeVar("Content", bound=BaseModel)


class CannotOpen(ValueError):
    """A sealed text that does not open: wrong key, wrong context, or altered. Says which, never the content."""


class NoSuchKey(CannotOpen):
    """It was sealed under a key that is not in the ring."""


class Sealer:
    """Seals and opens texts under one key ring.

    The context is part of the seal: ``start-application.v1/request/<application id>`` for a message's field,
    ``applications/details/<application id>`` for a document's. A sealed text opens in no other context.
    """

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring

    @cached_property
    def _ciphers(self) -> dict[str, AESGCM]:
        return {id: AESGCM(key) for id, key in self._ring.for_sealing.items()}

    def seal_bytes(self, content: bytes, context: str) -> str:
        """Key id, dot, base64url of nonce and ciphertext."""
        nonce = os.urandom(NONCE_BYTES)
        id = self._ring.current
        sealed = nonce + self._ciphers[id].encrypt(nonce, content, context.encode())
        return f"{id}.{_encode(sealed)}"

    def open_bytes(self, sealed: str, context: str) -> bytes:
        """What was sealed in this context. Raises `CannotOpen`."""
        id, _, encoded = sealed.partition(".")
        cipher = self._ciphers.get(id)
        if cipher is None:
            raise NoSuchKey(f"no key {id[:16]!r} in the ring")
        try:
            raw = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
            if _encode(raw) != encoded:  # base64 can spell the same bytes in several ways
                raise CannotOpen(_CHANGED)
            return cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], context.encode())
        except (InvalidTag, ValueError):
            raise CannotOpen(_CHANGED) from None

    def seal(self, content: BaseModel, context: str) -> str:
        """Seals a model as JSON, without fields that have their defaults."""
        return self.seal_bytes(content.model_dump_json(exclude_defaults=True).encode(), context)

    def open(self, kind: type[Content], sealed: str, context: str) -> Content:
        """The model that was sealed in this context. Raises `CannotOpen`."""
        try:
            return kind.model_validate_json(self.open_bytes(sealed, context))
        except ValidationError:
            raise CannotOpen(f"what was sealed is no {kind.__name__}") from None


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def name_context(type_: str, field: str, application_id: UUID) -> str:
    """The context of a message's sealed field. For a document's, see `StoredField`."""
    return f"{type_}/{field}/{application_id}"
