"""A replica set of one, because transactions need a replica set, and its administrator."""

from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from embedded_servers.tls import Tls

NAME = "rs0"
NOT_YET_INITIALIZED = 94


def connect(address: str, key: str | None = None, tls: Tls | None = None) -> MongoClient[dict[str, Any]]:
    """A client for this one server; with the key of its key file, as the server itself, which may do everything."""
    login: dict[str, Any] = {"username": "__system", "password": key, "authSource": "local"} if key else {}
    if tls:
        login |= {"tls": True, "tlsCAFile": str(tls.ca), "tlsCertificateKeyFile": str(tls.client)}
    return MongoClient(address, directConnection=True, serverSelectionTimeoutMS=500, **login)


def ensure_writable(address: str, member: str, key: str | None = None, tls: Tls | None = None) -> bool:
    """Whether the server at this address accepts writes. If not, makes it the only member of its set.

    `member` is the address that the set's clients use, `key` what is in the server's key file. Returns False until
    that is done, or if the server is away.
    """
    try:
        with connect(address, key, tls) as client:
            if client.admin.command("hello").get("isWritablePrimary"):
                return True
            _make_member(client, {"_id": 0, "host": member})
    except PyMongoError:
        return False
    return False


def ensure_administrator(address: str, key: str, user: str, password: str, tls: Tls | None = None) -> bool:
    """Whether there is a user of this name. If not, creates one who may do everything. False if that fails."""
    try:
        with connect(address, key, tls) as client:
            if not client.admin.command("usersInfo", user)["users"]:
                client.admin.command("createUser", user, pwd=password, roles=["root"])
    except PyMongoError:
        return False
    return True


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
