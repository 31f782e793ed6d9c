"""A command whose parts a mistake may change."""

import json
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4, uuid5

from shared import clock
from shared.messaging.amqp import JSON
from shared.security.keys import KeyRing
from shared.security.sealing import Sealer

ELSEWHERE = UUID(int=9)
"""Another application."""

REQUEST = {"company_name": "Acme Imports Inc", "importer_number": "12-3456789AB", "email": "ada@acme.example"}
DETAILS = {
    "organizational_structure": "Corporation",
    "first_name": "Ada",
    "last_name": "Lovelace",
    "country": "US",
    "street_address": "1 Harbor Way",
    "city": "Long Beach",
    "state": "CA",
    "postal_code": "90802",
    "telephone": "562-555-0100",
    "authorized": True,
}
UNSAID = {name: value for name, value in DETAILS.items() if name != "authorized"}
CONTENTS: dict[str, dict[str, dict[str, Any]]] = {
    "start-application": {"request": REQUEST},
    "check-code": {"code": {"code": "5EHX-MVTS"}},
    "submit-details": {"grant": {"token": "t" * 43}, "details": DETAILS},
    "abandon-application": {},
}


@dataclass
class Command:
    """A command on its way to the broker, whose parts a mistake may change."""

    key: str
    ring: KeyRing
    user: str = "gateway"
    id: UUID = field(default_factory=uuid4)
    raw: bytes | None = None
    """The body's bytes, if they are not the JSON of `body`."""

    def __post_init__(self) -> None:
        self.application = uuid5(self.id, "application")
        self.body: dict[str, Any] = {
            "application_id": str(self.application),
            "taken_at": clock.now().isoformat(),
            **{name: self.seal(content, name) for name, content in CONTENTS[self.key].items()},
        }
        self.headers: dict[str, Any] = {"ace-application": str(self.application)}
        self.properties: dict[str, Any] = {
            "type": f"{self.key}.v1",
            "message_id": str(self.id),
            "user_id": self.user,
            "content_type": JSON,
            "delivery_mode": 2,
        }

    @property
    def bytes(self) -> bytes:
        """The body as sent."""
        return json.dumps(self.body).encode() if self.raw is None else self.raw

    def seal(self, content: object, name: str, context: str | None = None) -> str:
        """A token; by default in the right context for a field of this name."""
        raw = content if isinstance(content, bytes) else json.dumps(content).encode()
        return Sealer(self.ring).seal_bytes(raw, context or f"{self.key}.v1/{name}/{self.application}")
