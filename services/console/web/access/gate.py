"""Who is there: opens sessions, ends them, and knows them while the database is away."""

import asyncio
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared.domain.errors import TransientFailure
from shared.storage.database import Database
from shared.storage.logins import Login, Role
from shared.storage.sessions import Session

IDLE, WHOLE = timedelta(hours=1), timedelta(hours=12)
"""A session ends after an hour without a request, and after twelve in any case (NIST SP 800-63B-4, 2.2.3)."""

NOTED_EVERY = timedelta(minutes=1)
"""How often it is stored that a session was seen."""

REMEMBERED = 1_000
"""Sessions that are known while the database is away."""

REVIEWED_EVERY = 15.0
"""Seconds after which to look whether the known sessions are still stored."""


@dataclass(frozen=True)
class Guest:
    """Somebody who is logged in."""

    session: Session
    role: Role

    @property
    def name(self) -> str:
        """The login's name, as the audit has it."""
        return self.session.login

    def may(self, role: Role) -> bool:
        """Whether they may do what takes this role."""
        return self.role.includes(role)


class Gate:
    """The sessions of this console. Raises `TransientFailure` where the database is needed and away."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: OrderedDict[str, Guest] = OrderedDict()
        self._ended: dict[str, None] = {}
        """Ended while the database was away, and still stored: the oldest first."""

    async def begin(self, id: str, login: Login, now: datetime) -> None:
        """Begins a session under this id."""
        await self._database.sessions.add(Session(id, login.name, now, now, now + IDLE, login.changed_at))

    async def find(self, id: str, now: datetime, *, by_person: bool) -> Guest | None:
        """Who holds this session; None if it is over. A login that was removed has none, nor has an old password.

        `by_person`: whether a person asked, rather than a page that renews itself. Only that keeps a session alive.
        """
        if id in self._ended:
            return None
        try:
            guest = await self._load(id)
        except TransientFailure:
            guest = self._known.get(id)  # the console is needed most when servers are away
            return guest if guest and now < guest.session.ends_at else None
        if guest is None or now >= guest.session.ends_at:
            self._known.pop(id, None)
            return None
        if by_person and now - guest.session.seen_at >= NOTED_EVERY:
            seen = replace(guest.session, seen_at=now, ends_at=min(now + IDLE, guest.session.begun_at + WHOLE))
            await self._database.sessions.extend(seen)
            guest = replace(guest, session=seen)
        self._remember(guest)
        return guest

    async def end(self, id: str) -> None:
        """Ends a session. It is over here even if this raises `TransientFailure`, and `review` deletes it later."""
        self._known.pop(id, None)
        self._ended[id] = None
        while len(self._ended) > REMEMBERED:
            del self._ended[next(iter(self._ended))]
        await self._delete(id)

    async def keep_reviewing(self) -> None:
        """Reviews again and again, until cancelled."""
        while True:
            await asyncio.sleep(REVIEWED_EVERY)
            with suppress(TransientFailure):
                await self.review()

    async def review(self) -> None:
        """Forgets what was ended elsewhere, by `acectl logins remove` say, and deletes what is ended here.

        So somebody whose login was removed is let in for `REVIEWED_EVERY` at most, should the database go away.
        """
        for id in [*self._ended]:
            await self._delete(id)
        asked = [*self._known]
        stored = await self._database.sessions.list_stored(asked)
        for id in asked:
            if id not in stored:
                self._known.pop(id, None)

    async def _delete(self, id: str) -> None:
        await self._database.sessions.end(id)
        self._ended.pop(id, None)

    async def _load(self, id: str) -> Guest | None:
        session = await self._database.sessions.find(id)
        login = await self._database.logins.find(session.login) if session else None
        if session is None or login is None or session.login_changed_at != login.changed_at:
            return None
        return Guest(session, login.role)

    def _remember(self, guest: Guest) -> None:
        self._known[guest.session.id] = guest
        self._known.move_to_end(guest.session.id)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
