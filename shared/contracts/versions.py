"""Versions of a message: the newest, about which handlers decide, and older ones that its queue still takes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from shared.contracts.message import Message


@dataclass(frozen=True)
class OldVersion:
    """A version that is still taken from whoever has not moved on. docs/contracts.md says for how long."""

    contract: type[Message]
    """As it was published: a refusal is in the terms of the version that was sent."""
    newest: type[Message]
    upcast: Callable[[Any], Message]
    """Makes the newest version of it, by a pure function. Sealed fields keep their names: those belong to the seal."""
    deprecated_on: date
    """The day of the release that announced it."""
    taken_until: date
    """Until when at least. It is a release that ends it, never the date."""


@dataclass(frozen=True)
class Versions:
    """All versions beside the newest ones."""

    old: tuple[OldVersion, ...] = ()
    gone: frozenset[str] = frozenset()
    """The types that were taken once. They stay here for good: no other message may ever have one."""

    def list_taken(self, newest: type[Message]) -> tuple[str, ...]:
        """The types that the queue of a message takes, the newest first."""
        return (newest.TYPE, *(version.contract.TYPE for version in self.old if version.newest is newest))

    def find_old(self, type_: str, newest: type[Message]) -> OldVersion | None:
        """The older version of a message that has this type. None if it is the newest's type, or no version's."""
        return next((one for one in self.old if one.newest is newest and type_ == one.contract.TYPE), None)

    def is_gone(self, type_: str, newest: type[Message]) -> bool:
        """Whether this was a version of the message, which nobody takes any more."""
        return type_ in self.gone and type_.partition(".")[0] == newest.name()

    def read(self, type_: str, newest: type[Message], body: bytes) -> Message:
        """The newest version of a message that came as one of those that are taken. Raises `BreaksContract`."""
        old = self.find_old(type_, newest)
        return old.upcast(old.contract.parse(body)).note_arrival(type_) if old else newest.parse(body)


VERSIONS = Versions()
"""Those of this release: there is one version of each message."""
