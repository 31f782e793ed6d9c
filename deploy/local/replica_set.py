"""A replica set of one, which transactions need."""

from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

NAME = "rs0"
NOT_YET_INITIALIZED = 94


def takes_writes(address: str, member: str) -> bool:
    """Whether the server at this address takes writes; where it does not, it is made its set's one member.

    `member` is the address by which the set's clients know it. False until it is done, and while the server is away.
    """
    try:
        client: MongoClient[dict[str, Any]]
        with MongoClient(address, directConnection=True, serverSelectionTimeoutMS=500) as client:
            if client.admin.command("hello").get("isWritablePrimary"):
                return True
            _join(client, {"_id": 0, "host": member})
    except PyMongoError:
        return False
    return False


def _join(client: MongoClient[dict[str, Any]], member: dict[str, Any]) -> None:
    """Makes a replica set of this server, or tells the one it has that the server's address is another now."""
    try:
        known = client.admin.command("replSetGetConfig")["config"]
    except OperationFailure as failure:
        if failure.code == NOT_YET_INITIALIZED:
            client.admin.command("replSetInitiate", {"_id": NAME, "members": [member]})
        return
    if known["members"][0]["host"] != member["host"]:
        moved = {**known, "version": known["version"] + 1, "members": [member]}
        client.admin.command("replSetReconfig", moved, force=True)
