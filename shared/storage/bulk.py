"""Many writes in one round trip, each for itself."""

from collections.abc import Mapping, Sequence
from typing import Any

from motor.motor_asyncio import AsyncIOMotorCollection
from pymongo import InsertOne, UpdateOne
from pymongo.errors import BulkWriteError, OperationFailure

from shared.domain.errors import Conflict, TransientFailure
from shared.storage.errors import transient_when_away

DUPLICATE_KEY = 11000
"""Error code when a document of this id is there already."""

Write = InsertOne[dict[str, Any]] | UpdateOne


async def write_all(collection: AsyncIOMotorCollection[dict[str, Any]], writes: Sequence[Write]) -> Mapping[str, Any]:
    """Carries out what can be. Returns the driver's counts, and its errors in `writeErrors`.

    Raises `TransientFailure` if the database is away, or could not confirm them.
    """
    with transient_when_away():
        try:
            done: Mapping[str, Any] = (await collection.bulk_write(writes, ordered=False)).bulk_api_result
        except BulkWriteError as error:
            done = error.details
    if done["writeConcernErrors"]:
        raise TransientFailure("the database could not confirm its writes")
    return done


def explain_refusal(refused: Mapping[str, Any]) -> Conflict | OperationFailure:
    """What to raise because of one of the `writeErrors`."""
    code = refused["code"]
    return Conflict() if code == DUPLICATE_KEY else OperationFailure(refused["errmsg"], code)
