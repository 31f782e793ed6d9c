"""Opens what the gateway sealed, and seals for the database and the gateway."""

from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from pydantic import BaseModel

from shared.contracts.message import Command, Reply
from shared.domain.errors import PermanentFailure, TransientFailure
from shared.security.sealing import CannotOpen, Sealer, name_context
from shared.storage.sealed_documents import StoredField

C = TypeVar("C", bound=BaseModel)


@dataclass(frozen=True)
class Seals:
    """Intake's two sealers: for commands and replies, and for documents in the database."""

    commands: Sealer
    storage: Sealer

    def open_command(self, command: Command, field: str, kind: type[C]) -> C:
        """Opens a command's sealed field. Raises `PermanentFailure` if it does not open: it never will."""
        try:
            return self.commands.open(
                kind, getattr(command, field), name_context(command.TYPE, field, command.application_id)
            )
        except CannotOpen as error:
            raise PermanentFailure(f"{field} does not open: {error}") from None

    def seal_reply(self, content: BaseModel, kind: type[Reply], field: str, application_id: UUID) -> str:
        """Seals content for a reply's field."""
        return self.commands.seal(content, name_context(kind.TYPE, field, application_id))

    def seal_stored(self, field: StoredField[C], content: C, id: UUID) -> str:
        """Seals content for a field of the application's document."""
        return field.seal(content, id, self.storage)

    def open_stored(self, field: StoredField[C], sealed: str, id: UUID | str) -> C:
        """Opens a document's sealed field. Raises `TransientFailure` if the key is not in our ring (yet)."""
        try:
            return field.open(sealed, id, self.storage)
        except CannotOpen as error:
            raise TransientFailure(f"{field.collection} does not open: {error}") from None
