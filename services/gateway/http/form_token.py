"""Each form's hidden token: proves that the form is ours and this browser's, and seeds command ids."""

from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict, Field

from services.gateway.journey.session import Session
from shared.security.sealing import CannotOpen, Sealer

FIELD = "token"


class FormToken(BaseModel):
    """What a form's token holds."""

    model_config = ConfigDict(frozen=True, cache_strings="keys")

    nonce: UUID = Field(default_factory=uuid4, description="New for each page: a form sent twice is one command.")
    application_id: UUID | None = Field(None, description="The application that the page was about.")
    importer: str = Field("", description="The number, as typed, of the importer whose details the page asks for.")


class FormTokens:
    """Seals and opens the tokens of sessions."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    def issue(self, session: Session) -> str:
        """Creates a token for a page."""
        return self._sealer.seal(
            FormToken(application_id=session.application_id, importer=session.importer), _make_context(session.id)
        )

    def read(self, text: str, session_id: UUID) -> FormToken | None:
        """Opens a form's token; `None` if it is not this session's."""
        try:
            return self._sealer.open(FormToken, text, _make_context(session_id))
        except CannotOpen:
            return None


def _make_context(session_id: UUID) -> str:
    return f"token/{session_id}"
