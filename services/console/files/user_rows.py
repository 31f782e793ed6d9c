"""Rows of a portal user file: what they must contain, and the users to compare them with."""

from collections import Counter
from collections.abc import AsyncIterator, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from services.console.files.csv_reader import BadRow, Row
from services.console.files.destination import NEW, REMOVED, UNCHANGED, Comparison
from services.console.files.seen_ids import SeenIds
from shared.domain.errors import Invalid
from shared.domain.fields import email_address
from shared.security.fingerprints import BlindIndex
from shared.storage.portal_users import PortalUsers

COLUMNS = ("email",)


class User(NamedTuple):
    """A portal user, identified by the blind index of the address."""

    id: str


def read(rows: Iterable[Row | BadRow], index: BlindIndex, users: SeenIds) -> Iterator[User | BadRow]:
    """The users in a file, without repeats, since a repeated address adds nothing."""
    for row in rows:
        if isinstance(row, BadRow):
            yield row
            continue
        try:
            address = email_address.parse(row.values["email"])
        except Invalid as error:
            yield BadRow(row.line, "email is empty" if error.rule == "missing" else "email is not a valid address")
            continue
        id = index.compute("email", email_address.normalize(address))
        if not users.repeats(id):
            yield User(id)


@dataclass(frozen=True)
class UserStore:
    """The portal users, as the destination of a file."""

    stored: PortalUsers
    kinds: ClassVar[tuple[str, ...]] = (NEW, UNCHANGED, REMOVED)
    gone: ClassVar[str] = REMOVED

    def read_change(self, parts: list[Any]) -> User:
        """Reads a user back from JSON."""
        return User(*parts)

    async def count(self) -> int:
        """How many users there are."""
        return await self.stored.count()

    async def compare(self, rows: list[User]) -> Comparison[User]:
        """Which users are new."""
        known = await self.stored.find_known([user.id for user in rows])
        new = [user for user in rows if user.id not in known]
        return Comparison(Counter({NEW: len(new), UNCHANGED: len(known)}), new)

    async def store(self, pending: list[User]) -> list[BadRow]:
        """Adds users; refuses none."""
        await self.stored.store([user.id for user in pending])
        return []

    def list_expected(self) -> AsyncIterator[list[str]]:
        """All users except owners of accounts created here, which another system's file may not have yet."""
        return self.stored.list_loaded()

    async def filter_expected(self, ids: Collection[str]) -> list[str]:
        """Always empty: no row can say that somebody is not a user."""
        return []

    async def retire(self, ids: list[str]) -> int:
        """Removes users; returns how many."""
        return await self.stored.remove(ids)
