"""What a database counts, whatever driver is used: commands by name, and bytes of the oplog."""

from collections import Counter
from typing import Any

from bson import Timestamp
from pymongo import AsyncMongoClient

COMMANDS = (
    "find", "getMore", "aggregate", "count", "distinct", "insert", "update", "delete", "findAndModify", "bulkWrite",
    "commitTransaction", "abortTransaction",
)  # fmt: skip
"""Round trips that somebody asked for, without those of connections and replica sets."""

SIZE = {"$bsonSize": "$$ROOT"}
"""An expression: the bytes of a document."""

Client = AsyncMongoClient[dict[str, Any]]


async def count_commands(database: Client) -> Counter[str]:
    """How often each command was used since the server started."""
    status = await database.admin.command("serverStatus")
    counted = status["metrics"]["commands"]
    return Counter({name: counted[name]["total"] for name in COMMANDS if name in counted})


async def find_end_of_oplog(database: Client) -> Timestamp:
    """The time of the newest entry."""
    newest = await database.local["oplog.rs"].find_one(sort=[("$natural", -1)])
    return Timestamp(0, 0) if newest is None else newest["ts"]


async def measure_oplog(database: Client, since: Timestamp) -> Counter[str]:
    """Entries and bytes since then, without those that an idle server writes."""
    pipeline: list[dict[str, Any]] = [
        {"$match": {"ts": {"$gt": since}, "op": {"$ne": "n"}}},
        {"$group": {"_id": None, "oplog bytes": {"$sum": SIZE}, "oplog entries": {"$sum": 1}}},
    ]
    async for row in await database.local["oplog.rs"].aggregate(pipeline):
        return Counter({name: row[name] for name in ("oplog bytes", "oplog entries")})
    return Counter()


async def measure_documents(database: Client, name: str) -> float:
    """The mean bytes of a completed application in the database of this name."""
    pipeline: list[dict[str, Any]] = [
        {"$match": {"state": "completed"}},
        {"$group": {"_id": None, "mean": {"$avg": SIZE}}},
    ]
    async for row in await database[name]["applications"].aggregate(pipeline):
        return float(row["mean"])
    return 0.0
