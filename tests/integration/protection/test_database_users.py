"""Each service's database user can do that service's work and nothing else (invariant 7).

That each can do its work, every other integration test shows: their services use these users.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import OperationFailure

from shared.storage.database import Database as Collections
from tests.support.database_users import create_database_users
from tests.support.settings import settings_with_keys

Documents = Database[dict[str, Any]]

ALLOWED = {
    "intake": {
        "importers": "find",
        "portal_users": "find",
        "email_status": "find",
        "applications": "find insert update",
        "limits": "find insert update",
        "digests": "find insert update",
        "refused_commands": "find insert update",
    },
    "verifier": {
        "importers": "find",
        "applications": "find insert update",
        "digests": "find remove",
        "refused_commands": "find insert update",
    },
    "provisioner": {
        "applications": "find update",
        "importers": "find update",
        "portal_users": "find insert",
        "top_accounts": "insert",
        "importer_views": "insert",
    },
    "code-mailer": {"emails": "find insert update"},
    "general-mailer": {"emails": "find insert update"},
    "console": {
        "importers": "find",
        "top_accounts": "find",
        "email_status": "find",
        "applications": "find update",
        "emails": "find update",
        "limits": "find insert update remove",
        "audit": "find insert",
        "console_logins": "find update",
        "console_sessions": "find insert update remove",
        "console_queue_history": "find insert update",
    },
}
COLLECTIONS = {collection for allowed in ALLOWED.values() for collection in allowed}
OTHERS = {"loads", "unheard_of", "system.views", "system.profile"}

ATTEMPTS: dict[str, Callable[[Documents, str], object]] = {
    "find": lambda database, name: database[name].find_one({}),
    "insert": lambda database, name: database[name].insert_one({"_id": uuid4().hex}),
    "update": lambda database, name: database[name].update_one({"_id": "none"}, {"$set": {"tried": True}}),
    "remove": lambda database, name: database[name].delete_one({"_id": "none"}),
    "count": lambda database, name: database[name].estimated_document_count(),
    "look into": lambda database, name: list(database[name].list_indexes()),
    "watch": lambda database, name: database[name].watch(),
    "drop": lambda database, name: database.command("drop", name),
    "index": lambda database, name: database[name].create_index("tried"),
    "change": lambda database, name: database.command("collMod", name, validator={}),
    "rename": lambda database, name: database[name].rename("mine"),
    "validate": lambda database, name: database.command("validate", name),
}
ALSO = {"find": {"count"}}
"""What MongoDB lets everybody do who may do this."""

FORBIDDEN: dict[str, Callable[[Documents], object]] = {
    "list what collections contain": lambda database: database.command("listCollections"),
    "create a collection": lambda database: database.command("create", "mine"),
    "create a view of emails": lambda database: database.command("create", "mine", viewOn="emails", pipeline=[]),
    "change the view": lambda database: database.command("collMod", "email_status", viewOn="importers", pipeline=[]),
    "drop the database": lambda database: database.command("dropDatabase"),
    "create a user": lambda database: database.command("createUser", "mine", pwd="x", roles=[]),
    "change a password": lambda database: database.command("updateUser", "provisioner", pwd="x"),
    "see users": lambda database: database.command("usersInfo", 1),
    "create a role": lambda database: database.command("createRole", "mine", privileges=[], roles=[]),
    "widen a role": lambda database: database.command("grantRolesToRole", "intake", roles=["provisioner"]),
    "take a role": lambda database: database.command("grantRolesToUser", "intake", roles=["provisioner"]),
    "read the oplog": lambda database: database.client["local"]["oplog.rs"].find_one({}),
    "read users' fingerprints": lambda database: database.client["admin"]["system.users"].find_one({}),
    "read sessions": lambda database: database.client["config"]["transactions"].find_one({}),
    "read another database": lambda database: database.client["another"]["applications"].find_one({}),
    "write to another database": lambda database: database.client["another"]["applications"].insert_one({}),
    "profile": lambda database: database.command("profile", 2),
    "see what others do": lambda database: list(database.client.admin.aggregate([{"$currentOp": {"allUsers": True}}])),
    "stop the server": lambda database: database.client.admin.command("shutdown"),
    "set a parameter": lambda database: database.client.admin.command("setParameter", 1, quiet=True),
    "read the log": lambda database: database.client.admin.command("getLog", "global"),
}


@pytest.fixture(scope="module")
async def addresses(mongodb_url: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, str]]:
    """The name of a database, and its address for each service, as `make run` gives them out."""
    name = f"test-{uuid4().hex[:8]}"
    folder: Path = tmp_path_factory.mktemp("passwords")
    settings = settings_with_keys(
        {}, rabbitmq_url="amqp://127.0.0.1:9/", mongodb_url=mongodb_url, mongodb_database=name, data_dir=folder
    )
    return name, await create_database_users(settings)


@pytest.fixture(params=list(ALLOWED))
def service(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def database(service: str, addresses: tuple[str, dict[str, str]]) -> Iterator[Documents]:
    name, urls = addresses
    with MongoClient[dict[str, Any]](urls[service]) as client:
        yield client[name]


def is_refused(attempt: Callable[..., object], *given: object) -> bool:
    """Whether the database refuses this for lack of a right, and for nothing else."""
    try:
        attempt(*given)
    except OperationFailure as error:
        if error.code != 13:
            raise
        return True
    return False


def test_a_service_can_do_to_each_collection_what_its_work_needs_and_nothing_else(
    service: str, database: Documents
) -> None:
    for collection in COLLECTIONS | OTHERS:
        actions = set(ALLOWED[service].get(collection, "").split())
        actions |= {also for action in actions for also in ALSO.get(action, ())}
        done = {name for name, attempt in ATTEMPTS.items() if not is_refused(attempt, database, collection)}
        assert done == actions, collection


@pytest.mark.parametrize("deed", FORBIDDEN)
def test_no_service_can_do_what_only_operators_do(deed: str, database: Documents) -> None:
    assert is_refused(FORBIDDEN[deed], database)


def test_no_pipeline_leads_from_an_own_collection_to_another(service: str, database: Documents) -> None:
    own = next(name for name, actions in ALLOWED[service].items() if "find" in actions)
    for other in COLLECTIONS | OTHERS - {"unheard_of"}:
        actions = ALLOWED[service].get(other, "")
        if "find" not in actions:
            join = {"$lookup": {"from": other, "as": "joined", "pipeline": []}}
            for stage in (join, {"$unionWith": other}):
                assert is_refused(database[own].aggregate, [stage]), (stage, other)
        if "insert" not in actions or "remove" not in actions:
            assert is_refused(database[own].aggregate, [{"$out": other}]), other
        if "insert" not in actions or "update" not in actions:
            assert is_refused(database[own].aggregate, [{"$merge": other}]), other


def test_names_of_collections_are_all_that_a_service_can_list(service: str, database: Documents) -> None:
    told = database.command("listCollections", nameOnly=True, authorizedCollections=True)
    assert {found["name"] for found in told["cursor"]["firstBatch"]} <= ALLOWED[service].keys()
    assert {found["name"] for found in database.client.list_databases()} <= {database.name}


def test_without_a_password_nobody_reads_anything(mongodb_url: str, addresses: tuple[str, dict[str, str]]) -> None:
    name, _ = addresses
    with MongoClient[dict[str, Any]](mongodb_url, username=None, password=None) as client:
        for collection in COLLECTIONS:
            assert is_refused(client[name][collection].find_one, {})


def test_the_console_adds_to_the_audit_and_can_never_change_what_it_says(addresses: tuple[str, dict[str, str]]) -> None:
    name, urls = addresses
    with MongoClient[dict[str, Any]](urls["console"]) as client:
        audit = client[name].audit
        audit.insert_one({"_id": "of this test", "action": "discard"})
        attempts: dict[str, Callable[[], object]] = {
            "delete": lambda: audit.delete_many({}),
            "change": lambda: audit.update_many({}, {"$set": {"who": "nobody"}}),
            "replace": lambda: audit.replace_one({"_id": "of this test"}, {}),
            "overwrite": lambda: audit.update_one({"_id": "of this test"}, {"$set": {"who": "nobody"}}, upsert=True),
            "take out": lambda: audit.find_one_and_delete({}),
            "merge over it": lambda: audit.aggregate([{"$set": {"who": "nobody"}}, {"$merge": "audit"}]),
            "let it expire": lambda: audit.create_index("at", expireAfterSeconds=1),
            "let only the latest stay": lambda: client[name].command("convertToCapped", "audit", size=4096),
        }
        assert [deed for deed, attempt in attempts.items() if not is_refused(attempt)] == []
        assert audit.find_one({"_id": "of this test"}) == {"_id": "of this test", "action": "discard"}


async def test_intake_may_look_which_code_email_is_due_the_longest(addresses: tuple[str, dict[str, str]]) -> None:
    name, urls = addresses
    database = Collections(urls["intake"], name)
    assert await database.due_code_emails.find_oldest() is None
    await database.close()
