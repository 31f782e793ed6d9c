"""Sessions of the console, with stores in memory that can be away."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest

from services.console.web.access.gate import IDLE, WHOLE, Gate
from shared.domain.errors import TransientFailure
from shared.storage.database import Database
from shared.storage.logins import Login, Role
from shared.storage.sessions import Session

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
ADA = Login("ada", Role.OPERATOR, "a hash", NOW, NOW)


@dataclass
class Stores:
    """The two collections that a gate uses."""

    known: dict[str, Login] = field(default_factory=lambda: {"ada": ADA})
    stored: dict[str, Session] = field(default_factory=dict)
    away: bool = False

    @property
    def sessions(self) -> "Stores":
        return self

    @property
    def logins(self) -> "Logins":
        return Logins(self)

    def check(self) -> None:
        if self.away:
            raise TransientFailure("the database is away")

    async def add(self, session: Session) -> None:
        self.check()
        self.stored[session.id] = session

    extend = add

    async def find(self, id: str) -> Session | None:
        self.check()
        return self.stored.get(id)

    async def list_stored(self, ids: Sequence[str]) -> set[str]:
        self.check()
        return {id for id in ids if id in self.stored}

    async def end(self, id: str) -> None:
        self.check()
        self.stored.pop(id, None)


@dataclass
class Logins:
    stores: Stores

    async def find(self, name: str) -> Login | None:
        return self.stores.known.get(name)


@pytest.fixture
def stores() -> Stores:
    return Stores()


@pytest.fixture
async def gate(stores: Stores) -> Gate:
    gate = Gate(cast(Database, stores))
    await gate.begin("a hash of a token", ADA, NOW)
    return gate


async def is_known(gate: Gate, at: datetime, *, by_person: bool = True) -> bool:
    return await gate.find("a hash of a token", at, by_person=by_person) is not None


async def test_a_session_ends_after_an_hour_without_a_request(gate: Gate) -> None:
    assert await is_known(gate, NOW + IDLE - timedelta(seconds=1))
    assert await is_known(gate, NOW + 2 * IDLE - timedelta(seconds=2))
    assert not await is_known(gate, NOW + 3 * IDLE)


async def test_an_open_page_that_renews_itself_keeps_no_session_alive(gate: Gate) -> None:
    assert await is_known(gate, NOW + IDLE / 2, by_person=False)
    assert not await is_known(gate, NOW + IDLE, by_person=False)


async def test_a_session_ends_after_twelve_hours_in_any_case(gate: Gate) -> None:
    step = IDLE / 2
    for number in range(1, int(WHOLE / step)):
        assert await is_known(gate, NOW + step * number)
    assert not await is_known(gate, NOW + WHOLE)


async def test_a_role_that_was_changed_and_a_login_that_was_removed_count_at_once(gate: Gate, stores: Stores) -> None:
    stores.known["ada"] = Login("ada", Role.VIEWER, "a hash", NOW, NOW)
    guest = await gate.find("a hash of a token", NOW, by_person=True)
    assert guest
    assert not guest.may(Role.OPERATOR)
    del stores.known["ada"]
    assert not await is_known(gate, NOW)


async def test_while_the_database_is_away_who_was_seen_before_still_sees(gate: Gate, stores: Stores) -> None:
    assert await is_known(gate, NOW)
    stores.away = True
    assert await is_known(gate, NOW + timedelta(minutes=5))
    assert not await is_known(gate, NOW + IDLE)
    assert await gate.find("another token", NOW, by_person=True) is None


async def test_a_session_that_was_ended_is_over_even_if_the_database_goes_away(gate: Gate, stores: Stores) -> None:
    assert await is_known(gate, NOW)
    await gate.end("a hash of a token")
    stores.away = True
    assert not await is_known(gate, NOW)


async def test_a_session_that_was_ended_while_the_database_was_away_stays_over(gate: Gate, stores: Stores) -> None:
    assert await is_known(gate, NOW)
    stores.away = True
    with pytest.raises(TransientFailure):
        await gate.end("a hash of a token")
    stores.away = False
    assert stores.stored
    assert not await is_known(gate, NOW)
    await gate.review()
    assert not stores.stored


async def test_a_login_read_before_its_password_changed_opens_no_session(gate: Gate, stores: Stores) -> None:
    stores.known["ada"] = replace(ADA, password="another hash", changed_at=NOW + timedelta(seconds=1))
    await gate.begin("a slow check", ADA, NOW + timedelta(seconds=2))
    assert await gate.find("a slow check", NOW + timedelta(seconds=2), by_person=True) is None


async def test_a_session_that_was_ended_elsewhere_is_soon_unknown_here_too(gate: Gate, stores: Stores) -> None:
    assert await is_known(gate, NOW)
    stores.stored.clear()
    await gate.review()
    stores.away = True
    assert not await is_known(gate, NOW)
