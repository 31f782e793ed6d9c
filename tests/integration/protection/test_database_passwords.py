"""Passwords of database users: what a wrong one does, and how `acectl database apply` sets a new one."""

import pytest
from pymongo import MongoClient
from pymongo.errors import OperationFailure
from structlog.testing import capture_logs
from yarl import URL

from shared.settings.processes import Settings
from shared.storage.database_admin import administer
from shared.storage.database_users import inspect_users
from shared.storage.privileges import PRIVILEGES
from shared.worker import Worker
from tests.support.database_users import create_database_users
from tests.support.services import WIRES
from tests.support.waiting import until

WRONG = "not-the-password"


async def test_applying_again_changes_nothing(settings: Settings) -> None:
    url, name = settings.need("mongodb_url"), settings.mongodb_database
    passwords = dict.fromkeys(PRIVILEGES, "of this test")
    first = await administer(url, name, passwords)
    assert {"role intake: created", "user intake: created", "view email_status: created"} <= set(first)
    assert await administer(url, name, passwords) == []


async def test_a_new_password_takes_the_place_of_the_old_one(settings: Settings) -> None:
    name = settings.mongodb_database
    old = (await create_database_users(settings))["intake"]
    assert await administer(settings.need("mongodb_url"), name, {"intake": "new"}) == ["user intake: changed"]
    with (
        MongoClient[dict[str, object]](str(URL(old).with_password("new"))) as client,
        MongoClient[dict[str, object]](old) as outdated,
    ):
        client[name].applications.find_one({})
        with pytest.raises(OperationFailure, match="Authentication failed"):
            outdated[name].applications.find_one({})


async def test_a_role_that_somebody_widened_is_found_and_made_right(settings: Settings) -> None:
    url, name = settings.need("mongodb_url"), settings.mongodb_database
    await create_database_users(settings)
    more = {"resource": {"db": name, "collection": "importers"}, "actions": ["find"]}
    with MongoClient[dict[str, object]](url) as client:
        client[name].command("grantPrivilegesToRole", "code-mailer", privileges=[more])
        client[name].command("grantRolesToUser", "verifier", roles=["intake"])
    found = await inspect_users(url, name)
    assert found is not None
    assert (found.is_open, found.missing, found.different) == (False, [], ["code-mailer", "verifier"])

    assert await administer(url, name, {"code-mailer": "new", "verifier": "new"}) == [
        "role code-mailer: changed",
        "user code-mailer: changed",
        "user verifier: changed",
    ]
    found = await inspect_users(url, name)
    assert found is not None
    assert found.different == []


@pytest.mark.parametrize(
    ("login", "reason"),
    [
        (f"verifier:{WRONG}@", "the database refuses the user or password in ACE_MONGODB_URL"),
        ("", "the database asks for a user and password, and ACE_MONGODB_URL has none"),
    ],
)
async def test_a_service_that_is_refused_says_so_once_and_starts_when_it_is_let_in(
    settings: Settings, login: str, reason: str
) -> None:
    right = (await create_database_users(settings))["verifier"]
    hosts_and_more = right.partition("@")[2]
    worker = Worker("verifier", settings.model_copy(update={"mongodb_url": f"mongodb://{login}{hosts_and_more}"}))
    WIRES["verifier"](worker)
    with capture_logs() as logs:
        async with worker.take_messages():

            async def has_waited() -> bool:
                return any(line["event"] == "waiting for access to the database" for line in logs)

            await until(has_waited)
            assert not await worker.is_ready()
            if login:
                await administer(settings.need("mongodb_url"), settings.mongodb_database, {"verifier": WRONG})
                await until(worker.is_ready)
    lines = [line for line in logs if line["event"] == "waiting for access to the database"]
    assert [(line["log_level"], line["reason"]) for line in lines] == [("error", reason)]
    assert "acectl database apply" in lines[0]["to_do"]
    assert WRONG not in str(logs)
