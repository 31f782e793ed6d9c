"""A replica set of one, because transactions need a replica set."""

from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

NAME = "rs0"
NOT_YET_INITIALIZED = 94


def ensure_writable(address: str, member: str) -> bool:
    """Whether the server at this address accepts writes. If not, makes it the only member of its set.

    `member` is the address that the set's clients use. Returns False until that is done, or if the server is away.
    """
    try:
        client: MongoClient[dict[str, Any]]
        with MongoClient(address, directConnection=True, serverSelectionTimeoutMS=500) as client:
            if client.admin.command("hello").get("isWritablePrimary"):
                return True
            _make_member(client, {"_id": 0, "host": member})
    except PyMongoError:
        return False
    return False


def _make_member(client: MongoClient[dict[str, Any]], member: dict[str, Any]) -> None:
    """Initiates a replica set, or tells an existing one that the server's address has changed."""
    try:
        config = client.admin.command("replSetGetConfig")["config"]
    except OperationFailure as failure:
        if failure.code == NOT_YET_INITIALIZED:
            client.admin.command("replSetInitiate", {"_id": NAME, "members": [member]})
        return
    if config["members"][0]["host"] != member["host"]:
        moved = {**config, "version": config["version"] + 1, "members": [member]}
        client.admin.command("replSetReconfig", moved, force=True)
