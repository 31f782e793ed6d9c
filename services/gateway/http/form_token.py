"""The hidden token of each page's form: proof that the form is ours and this browser's, and the seed of command ids."""

from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict, Field

from services.gateway.journey.session import Session
from shared.security.sealing import CannotOpen, Sealer

FIELD = "token"


class FormToken(BaseModel):
    """What a form says about itself."""

    model_config = ConfigDict(frozen=True)

    nonce: UUID = Field(default_factory=uuid4, description="Once a page: a form sent twice is one command.")
    application_id: UUID | None = Field(None, description="The application that the page was about.")
    importer: str = Field("", description="The importer's number as typed, whose details the page takes.")


class FormTokens:
    """Seals tokens for a session and opens them again."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    def issue(self, session: Session) -> str:
        """A fresh token for a page that is about to be shown."""
        return self._sealer.seal(
            FormToken(application_id=session.application_id, importer=session.importer), _make_context(session)
        )

    def read(self, text: str, session: Session) -> FormToken | None:
        """The token of a form, or nothing where it is not this session's."""
        try:
            return self._sealer.open(FormToken, text, _make_context(session))
        except CannotOpen:
            return None


def _make_context(session: Session) -> str:
    return f"token/{session.id}"
