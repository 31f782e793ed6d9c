"""What a program's processes saved last: there are two of each, and neither knows what the other saved."""

from datetime import datetime
from typing import Any
from uuid import UUID

from shared.messaging.own_saves import OwnSaves
from tests.properties.network import working


class OwnSavesOfTwo(OwnSaves[Any]):
    """Has memory for each process. The deliveries of a program go to them in turn."""

    def __init__(self) -> None:
        super().__init__()
        self._of: tuple[OwnSaves[Any], OwnSaves[Any]] = (OwnSaves(), OwnSaves())
        for one in self._of:
            one.is_used = True

    def keep(self, id: UUID, saved: Any, now: datetime) -> None:
        """Keeps it in the memory of the process that saved it."""
        self._of[working.get().process].keep(id, saved, now)

    def take(self, id: UUID, now: datetime) -> Any:
        """What the process that asks saved last."""
        return self._of[working.get().process].take(id, now)
