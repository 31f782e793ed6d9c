"""Each service's own wiring, with what it reads of settings and keys."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from pydantic import SecretStr

from services.intake import app as intake
from services.notifier.app import wire_code_mailer, wire_general_mailer
from services.provisioner import app as provisioner
from services.verifier import app as verifier
from shared.contracts.message import Message
from shared.messaging.handler import Contents, Handler, make_handler
from shared.messaging.publishing import Publisher
from shared.security.keys import PURPOSES, KeyRing, make_ring
from shared.settings.processes import Settings

RINGS = {f"keys_{purpose}": SecretStr(make_ring()) for purpose in PURPOSES}
SETTINGS = Settings(_env_file=None, rate_limit="off", smtp_url="smtp://localhost:25", **RINGS)  # type: ignore[arg-type]
WITH_A_WRONG_KEY = SETTINGS.model_copy(
    update={"keys_code_email": SecretStr(make_ring()), "keys_email": SecretStr(make_ring())}
)
WIRES: dict[str, Callable[[Any], None]] = {
    "intake": intake.wire,
    "verifier": verifier.wire,
    "provisioner": provisioner.wire,
    "code-mailer": wire_code_mailer,
    "general-mailer": wire_general_mailer,
}


def ring(purpose: str) -> KeyRing:
    """A key ring of the system."""
    return KeyRing.parse(RINGS[f"keys_{purpose}"].get_secret_value())


@dataclass
class Wiring:
    """Takes a worker's place in a service's `wire` and keeps the handlers."""

    database: Any
    publisher: Publisher
    settings: Settings = SETTINGS
    user: str = ""
    contents: Contents | None = None
    handlers: list[tuple[Handler[Any, Any, Any], Any]] = field(default_factory=list)
    """Each with its store."""
    chores: dict[type, Any] = field(default_factory=dict)
    measures: list[Any] = field(default_factory=list)
    """Nobody asks for them."""

    def takes(self, message: type[Message], gather: Any = None, **expected: bool) -> Callable[[Any], Any]:
        """Keeps a handler of applications."""

        def wire(decide: Any) -> Any:
            self.handle(make_handler(message, decide, gather, **expected), self.database.applications)
            return decide

        return wire

    def handle(self, handler: Handler[Any, Any, Any], store: Any) -> None:
        """Keeps a handler."""
        self.handlers.append((handler, store))

    def close_at_end(self, _close: Callable[[], None]) -> None:
        """Ignores what a worker closes: none ends in good order."""

    def repeat(self, _pause: timedelta, chore: Any) -> None:
        """Keeps a chore, by its class: it runs when the test says so."""
        self.chores[type(chore.__self__)] = chore
