"""When a load changes the address that codes go to."""

import json
from datetime import UTC, datetime, timedelta

from tests.integration.records.commands import Records, load, typed

HARBOR = "07-1234567AB,Harbor Lights LLC,Pat Rivera,pat.rivera@harbor.example,"
VANCE = "987-65-4320,Eleanor Vance,Eleanor Vance,eleanor@vance.example,"


def test_only_a_changed_address_says_when_the_contact_changed(database: Records) -> None:
    load(HARBOR, VANCE)
    load(HARBOR.replace("Pat Rivera", "Dana Whitfield").replace("Lights", "Lanterns").replace("harbor.ex", "HARBOR.ex"))
    assert not database["importers"].count_documents({"contact_changed_at": {"$exists": True}})
    before = datetime.now(UTC)
    load(HARBOR.replace("pat.rivera", "mallory"))
    load(HARBOR.replace("pat.rivera", "mallory").replace("Lights", "Lanterns"))
    [changed] = database["importers"].find({"contact_changed_at": {"$exists": True}})
    seen = json.loads(typed("importers", "show", "07-1234567AB", "--json").stdout)
    at = datetime.fromisoformat(seen["contact_changed_at"])
    assert before - timedelta(milliseconds=1) <= at <= datetime.now(UTC)
    assert at.replace(tzinfo=None) == changed["contact_changed_at"].replace(tzinfo=None)
