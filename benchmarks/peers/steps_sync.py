"""The steps, for contestants with threads or processes."""

import smtplib
from contextlib import suppress
from functools import cached_property

from pymongo import MongoClient, ReturnDocument
from pymongo.errors import DuplicateKeyError
from workload import (
    DATABASE,
    FOLLOWING,
    KINDS,
    NAME,
    SMTP_PORT,
    STATES,
    Message,
    change,
    message,
    new_document,
    write_email,
)


class Steps:
    """The database work of each step. Repeating a step after a crash does no harm."""

    @cached_property
    def _client(self) -> MongoClient:
        return MongoClient(DATABASE, w="majority")  # opened after a fork, if there is one

    @property
    def _database(self):
        return self._client[NAME]

    def take(self, step: str, id: str, detail: str) -> list[Message]:
        """Does a step; returns the messages that follow."""
        if step == "hop":
            return self._hop(id, int(detail))
        if step == "start":
            self._start(id)
        elif step == "code":
            self._email(id, "code")
        elif step == "create":
            self._create(id)
            return [message("email", id, kind) for kind in KINDS]
        elif step == "email":
            return [message("complete", id)] if self._email(id, detail) else []
        else:
            self._database.applications.find_one({"_id": id})
            self._database.applications.update_one({"_id": id}, change(STATES[step]))
        return [message(following, id) for following in FOLLOWING[step]]

    def _hop(self, id: str, left: int) -> list[Message]:
        with suppress(DuplicateKeyError):
            self._database.hops.insert_one(new_document(f"{id}-{left}"))
        return [message("hop", id, str(left - 1))] if left else []

    def _start(self, id: str) -> None:
        for name in ("importers", "portal_users", "accounts"):
            self._database[name].find_one({"_id": id})
        self._database.limits.find_one_and_update({"_id": id}, {"$inc": {"hits": 1}}, upsert=True)
        with suppress(DuplicateKeyError):
            self._database.applications.insert_one(new_document(id))

    def _email(self, id: str, kind: str) -> bool:
        self._database.emails.update_one({"_id": id}, {"$set": {kind: "sending"}}, upsert=True)
        with smtplib.SMTP("127.0.0.1", SMTP_PORT, local_hostname="localhost") as smtp:
            smtp.send_message(write_email(id, kind))
        after = self._database.emails.find_one_and_update(
            {"_id": id}, {"$set": {kind: "sent"}}, return_document=ReturnDocument.AFTER
        )
        return all(after.get(each) == "sent" for each in KINDS)

    def _create(self, id: str) -> None:
        def save(session) -> None:
            self._database.applications.update_one({"_id": id}, change("provisioned"), session=session)
            self._database.accounts.insert_one({"_id": id, "name": "Acme"}, session=session)

        self._database.applications.find_one({"_id": id})
        with self._client.start_session() as session, suppress(DuplicateKeyError):
            session.with_transaction(save)
