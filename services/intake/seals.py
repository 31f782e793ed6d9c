"""Opens what the gateway sealed, and seals for the database and the gateway."""

from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from pydantic import BaseModel

from shared.contracts.message import Command, Reply
from shared.contracts.sealed import SealedContent
from shared.domain.application import Application
from shared.domain.errors import TransientFailure
from shared.messaging.command_contents import open_field
from shared.security.command_seals import CommandSealers
from shared.security.sealing import CannotOpen, Sealer, name_context
from shared.storage.sealed_documents import StoredField

C = TypeVar("C", bound=BaseModel)
S = TypeVar("S", bound=SealedContent)


@dataclass(frozen=True)
class Seals:
    """Intake's sealers: each gateway's for commands and replies, and one for documents in the database."""

    commands: CommandSealers
    storage: Sealer

    def open_command(self, command: Command, field: str, kind: type[S], gateway: str) -> S:
        """Opens a sealed field of a gateway's command. Raises `ContractBroken` if it does not open: it never will."""
        return open_field(command, field, kind, self.commands.find(gateway))

    def seal_reply(self, content: BaseModel, kind: type[Reply], field: str, application: Application) -> str:
        """Seals content for a field of a reply to the application's gateway."""
        context = name_context(kind.TYPE, field, application.id)
        return self.commands.find(application.gateway).seal(content, context)

    def seal_stored(self, field: StoredField[C], content: C, id: UUID) -> str:
        """Seals content for a field of the application's document."""
        return field.seal(content, id, self.storage)

    def open_stored(self, field: StoredField[C], sealed: str, id: UUID | str) -> C:
        """Opens a document's sealed field. Raises `TransientFailure` if the key is not in our ring (yet)."""
        try:
            return field.open(sealed, id, self.storage)
        except CannotOpen as error:
            raise TransientFailure(f"{field.collection} does not open: {error}") from None
