"""A look at a dead letter is in the audit, unless the database is away: then one reads dead letters all the more."""

from types import SimpleNamespace
from typing import Any

import pytest
from pymongo.errors import AutoReconnect, OperationFailure
from typer.testing import CliRunner, Result

from services.console.__main__ import app
from services.console.dead_letters.dead_letter import HeldDeadLetter
from shared.security.keys import make_environment
from shared.storage.errors import UNAUTHORIZED
from tests.unit.console.dead_letters.test_listing import make_dead_letter

DEAD = make_dead_letter()


@pytest.fixture(autouse=True)
def found(monkeypatch: pytest.MonkeyPatch) -> None:
    """One dead letter, and a database that is not there."""
    raw: Any = SimpleNamespace(type=DEAD.type, body=b"")

    async def read(*_: object) -> tuple[list[HeldDeadLetter], list[Exception]]:
        return [HeldDeadLetter(DEAD, raw)], []

    monkeypatch.setattr("services.console.commands.dead.read_selected", read)
    monkeypatch.setattr("shared.storage.database.SELECTION_MS", 100)
    monkeypatch.setenv("ACE_MONGODB_URL", "mongodb://127.0.0.1:9/?directConnection=true")
    for name, value in make_environment().items():
        monkeypatch.setenv(name, value)


def show() -> Result:
    return CliRunner().invoke(app, ["dead", "show", DEAD.id, "--as", "ada"])


def test_while_the_database_is_away_it_is_shown_with_a_warning() -> None:
    done = show()
    assert done.exit_code == 0
    assert DEAD.reason in " ".join(done.stdout.split())
    [line] = done.stderr.splitlines()
    assert line.startswith("acectl: warning: the database is away")
    assert line.endswith(f"that ada looked at {DEAD.id} is not in the audit")


@pytest.mark.parametrize(
    ("failure", "shown"),
    [
        (AutoReconnect("connection closed"), True),
        (OperationFailure("not allowed", UNAUTHORIZED), False),
        (OperationFailure("over quota", 14031), False),
        (OperationFailure("again", 112, {"errorLabels": ["TransientTransactionError"]}), False),
    ],
    ids=["away", "may not", "full", "unfinished"],
)
def test_a_database_that_is_there_and_does_not_write_it_down_stops_it(
    monkeypatch: pytest.MonkeyPatch, failure: Exception, shown: bool
) -> None:
    async def insert(*_: object) -> None:
        raise failure

    monkeypatch.setattr("motor.motor_asyncio.AsyncIOMotorCollection.insert_many", insert)
    done = show()
    assert (done.exit_code, bool(done.stdout)) == ((0, True) if shown else (3, False))
    assert len(done.stderr.splitlines()) == 1
