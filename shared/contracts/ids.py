"""Ids that follow from others, so that a repeat has them too."""

from uuid import UUID, uuid5


def derive_application_id(command_id: UUID) -> UUID:
    """The id of the application that a start command with this `message_id` creates."""
    return uuid5(command_id, "application")
