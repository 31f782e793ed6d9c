"""Ids that follow from others, so that a repeat has them too."""

from datetime import date
from uuid import NAMESPACE_OID, UUID, uuid5


def derive_application_id(command_id: UUID) -> UUID:
    """The id of the application that a start command with this `message_id` creates."""
    return uuid5(command_id, "application")


def derive_digest_id(contact: str, day: date) -> UUID:
    """The id of a contact's digest of one day. `contact`: a blind index, which nobody can guess."""
    return uuid5(NAMESPACE_OID, f"digest {contact} {day}")
