"""Who is there: opens sessions, ends them, and knows them while the database is away."""

from collections import OrderedDict
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

    async def begin(self, id: str, login: Login, now: datetime) -> None:
        """Begins a session under this id."""
        await self._database.sessions.add(Session(id, login.name, now, now, now + IDLE))

    async def find(self, id: str, now: datetime, *, by_person: bool) -> Guest | None:
        """Who holds this session; None if it is over. A login that was removed has no sessions.

        `by_person`: whether a person asked, rather than a page that renews itself. Only that keeps a session alive.
        """
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
        """Ends a session."""
        self._known.pop(id, None)
        await self._database.sessions.end(id)

    async def _load(self, id: str) -> Guest | None:
        session = await self._database.sessions.find(id)
        login = await self._database.logins.find(session.login) if session else None
        return Guest(session, login.role) if session and login else None

    def _remember(self, guest: Guest) -> None:
        self._known[guest.session.id] = guest
        self._known.move_to_end(guest.session.id)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
