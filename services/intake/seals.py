"""Opening what the gateway sealed, and sealing for the database and for the gateway."""

from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from pydantic import BaseModel

from shared.contracts.message import Command, Reply
from shared.domain.errors import PermanentFailure, TransientFailure
from shared.security.sealing import CannotOpen, Sealer, in_document, in_message

C = TypeVar("C", bound=BaseModel)


@dataclass(frozen=True)
class Seals:
    """Intake's two boundaries: commands from the gateway, documents in the database."""

    commands: Sealer
    storage: Sealer

    def opened(self, command: Command, field: str, kind: type[C]) -> C:
        """A sealed field of a command. Raises `PermanentFailure` where it does not open: it never will."""
        try:
            return self.commands.open(
                kind, getattr(command, field), in_message(command.TYPE, field, command.application_id)
            )
        except CannotOpen as error:
            raise PermanentFailure(f"{field} does not open: {error}") from None

    def told(self, content: BaseModel, kind: type[Reply], field: str, application_id: UUID) -> str:
        """A content, sealed for a field of a reply."""
        return self.commands.seal(content, in_message(kind.TYPE, field, application_id))

    def kept(self, content: BaseModel, field: str, application_id: UUID) -> str:
        """A content, sealed for a field of the application's document."""
        return self.storage.seal(content, in_document("applications", field, application_id))

    def stored(self, kind: type[C], sealed: str, field: str, application_id: UUID) -> C:
        """What is sealed in a field of the application's document. Raises `TransientFailure` as `importer` does."""
        try:
            return self.storage.open(kind, sealed, in_document("applications", field, application_id))
        except CannotOpen as error:
            raise TransientFailure(f"the application does not open: {error}") from None

    def importer(self, kind: type[C], sealed: str, id: str) -> C:
        """What is sealed in an importer record. Raises `TransientFailure` where the key is not in our ring (yet)."""
        try:
            return self.storage.open(kind, sealed, in_document("importers", "record", id))
        except CannotOpen as error:
            raise TransientFailure(f"an importer record does not open: {error}") from None
