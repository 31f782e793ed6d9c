"""What a command asks for: its sealed fields, opened, without what differs each time that it is sent."""

import json
from typing import TypeVar

from pydantic import ValidationError

from shared.contracts.breach import Breach, list_breaches
from shared.contracts.conversations import SEALED_FIELDS
from shared.contracts.message import Message
from shared.contracts.sealed import SealedContent
from shared.domain.errors import ContractBroken
from shared.security.command_seals import CommandSealers
from shared.security.fingerprints import Fingerprints
from shared.security.sealing import CannotOpen, NoSuchKey, Sealer, name_context

C = TypeVar("C", bound=SealedContent)


def open_field(message: Message, field: str, kind: type[C], sealer: Sealer) -> C:
    """The content of a message's sealed field. Raises `ContractBroken`."""
    context = name_context(message.sealed_as, field, message.application_id)
    try:
        content = sealer.open_bytes(getattr(message, field), context)
    except NoSuchKey:
        raise ContractBroken({field: Breach.NO_SUCH_KEY}) from None
    except CannotOpen:
        raise ContractBroken({field: Breach.DOES_NOT_OPEN}) from None
    try:
        return kind.model_validate_json(content)
    except ValidationError as error:
        raise ContractBroken(list_breaches(error, field)) from None


class CommandContents:
    """Fingerprints of what commands ask for. An honest gateway seals anew each time: that makes no difference.

    Nor do `taken_at`, the visitor's networks, a ticket and the human verification: a repeat may have others. And it may
    be in another version.
    """

    def __init__(self, sealers: CommandSealers, fingerprints: Fingerprints) -> None:
        self._sealers = sealers
        self._fingerprints = fingerprints

    def compute_mac(self, message: Message, user: str) -> str:
        """A short fingerprint of what a command asks for. Raises `ContractBroken` if it does not open."""
        return self._fingerprints.compute_short(*self._list_parts(message, user))

    def matches(self, mac: str, message: Message, user: str) -> bool:
        """Whether a command asks for the same. Raises `ContractBroken` if it does not open."""
        return self._fingerprints.matches_short(mac, *self._list_parts(message, user))

    def _list_parts(self, message: Message, user: str) -> tuple[str, ...]:
        kinds = {field: found.content for (owner, field), found in SEALED_FIELDS.items() if owner is type(message)}
        opened = (open_field(message, field, kinds[field], self._sealers.find(user)) for field in sorted(kinds))
        return ("command", message.name(), str(message.application_id), *map(_write_canonically, opened))


def _write_canonically(content: SealedContent) -> str:
    """The same text for the same content. A field that a later edition adds makes no difference while it is unset."""
    return json.dumps(content.model_dump(exclude_defaults=True), sort_keys=True)
