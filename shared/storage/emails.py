"""The status of each email: one document per application. Only the notifier writes it; others read a view."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from motor.motor_asyncio import AsyncIOMotorCollection
from pymongo import DESCENDING, IndexModel, ReturnDocument
from pymongo.errors import DuplicateKeyError

from shared import clock
from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.events import CodeIssued, DigestDue, EmailDue
from shared.contracts.message import Message
from shared.domain.email import NEED_NO_ATTENTION, Email, Emails
from shared.domain.errors import Conflict, TransientFailure
from shared.storage.errors import MARKS, transient_when_away
from shared.storage.known_fields import pick_known_fields

COLLECTION, VIEW = "emails", "email_status"

INDEXES = {COLLECTION: [IndexModel([("changed_at", DESCENDING)])]}
"""For recent changes."""

FIELDS = ("at", "attempt", "resend", "sent_at", "leased_until", "reason", "parked")
"""Fields that the document holds unchanged."""

MILLISECOND = timedelta(milliseconds=1)

STATUS: list[dict[str, Any]] = [
    {"$project": {"changed_at": 1, "email": {"$objectToArray": "$emails"}}},
    {"$unwind": "$email"},
    {
        "$project": {
            "application_id": "$_id",
            "changed_at": 1,
            "kind": "$email.k",
            "status": "$email.v.status",
            **{name: f"$email.v.{name}" for name in FIELDS},
        }
    },
]
"""The view's lines, one per email. Their `_id` is the application's id, so the collection's index finds them."""


READ = {"emails": 1, "now": "$$NOW"}
"""What mailers read: the emails, and the database's time."""


class EmailStore:
    """The notifier's collection. The processor stores emails here.

    A lease is stored by the database's clock, and read by this process's: mailers whose clocks differ agree on its end.
    """

    def __init__(self, collection: AsyncIOMotorCollection[dict[str, Any]]) -> None:
        self._collection = collection

    async def load(self, id: UUID) -> Emails | None:
        """The emails of an application. Raises `TransientFailure`."""
        with transient_when_away():
            found = await self._collection.find_one({"_id": id}, READ)
        return _read_by_our_clock(found, clock.now()) if found else None

    async def save(self, changed: Emails, _before: Emails | None = None, _created: None = None) -> Emails:
        """Writes the changed email in one update, field by field: what only a later version knows stays.

        Returns all emails as stored.

        Raises:
            Conflict: another mailer was first.
            TransientFailure: the database is away.

        """
        kind, before = changed.changed, changed.before
        if kind is None:
            return changed
        field, email = f"emails.{kind}", changed.by_kind[kind]
        is_as_before = (
            {f"{field}.attempt": before.attempt, f"{field}.status": before.status.value}
            if before
            else {field: {"$exists": False}}
        )
        fields = {f"{field}.{name}": {"$literal": value} for name, value in _from_email(email).items()}
        write: list[dict[str, Any]] = [{"$set": {**fields, "changed_at": email.at}}]
        if email.leased_until:
            lasts = (email.leased_until - email.at) // MILLISECOND
            write.append({"$set": {f"{field}.leased_until": {"$add": ["$$NOW", lasts]}}})
        asked = clock.now()  # not when the answer comes: our own lease must not look longer than it is
        with transient_when_away():
            try:
                found = await self._collection.find_one_and_update(
                    {"_id": changed.id, **is_as_before},
                    write,
                    READ,
                    upsert=before is None,
                    return_document=ReturnDocument.AFTER,
                )
            except DuplicateKeyError:
                raise Conflict from None
        if found is None:
            raise Conflict
        return _read_by_our_clock(found, asked)

    async def mark(self, message: Message, message_id: UUID | None, *, sender: str, reason: str, now: datetime) -> None:
        """Marks an email's message as parked. Raises `TransientFailure`."""
        kind = find_kind(message)
        if kind is None:
            return
        for _ in range(MARKS):
            emails = await self.load(message.application_id) or Emails(message.application_id)
            with suppress(Conflict):
                parked = emails.park(kind, message_id, reason, now, resend=find_resend(message))
                await self.save(parked, emails)
                return
        raise TransientFailure("others kept changing the emails")


class EmailStatuses:
    """The status of emails, for programs that only read it."""

    def __init__(self, database: Any) -> None:
        self._view: AsyncIOMotorCollection[dict[str, Any]] = database[VIEW]
        self._emails: AsyncIOMotorCollection[dict[str, Any]] = database[COLLECTION]

    async def find(self, application_id: UUID) -> dict[EmailKind, Email]:
        """The emails of one application. Raises `TransientFailure`."""
        return (await self.find_all([application_id])).get(application_id, {})

    async def find_all(self, ids: Iterable[UUID]) -> dict[UUID, dict[EmailKind, Email]]:
        """The emails of these applications. Raises `TransientFailure`."""
        return await self._read({"_id": {"$in": list(ids)}})

    async def find_needing_attention(self, since: datetime) -> set[UUID]:
        """Applications with an email that changed since this time and is not simply sent."""
        fine = [status.value for status in NEED_NO_ATTENTION]
        query = {
            "changed_at": {"$gte": since},
            "$or": [{"status": {"$nin": fine}}, {"leased_until": {"$ne": None}}, {"parked": {"$ne": None}}],
        }
        return set(await self._read(query))

    async def list_latest(
        self,
        most: int,
        since: datetime,
        statuses: Iterable[EmailStatus],
        *,
        kind: EmailKind | None = None,
        application: UUID | None = None,
    ) -> list[tuple[UUID, EmailKind, Email]]:
        """Emails with one of these statuses that changed since this time, each with its application, latest first.

        Raises `TransientFailure`.
        """
        query: dict[str, Any] = {"changed_at": {"$gte": since}, "at": {"$gte": since}}
        query |= {"status": {"$in": [status.value for status in statuses]}}
        query |= {"kind": kind.value} if kind else {}
        query |= {"_id": application} if application else {}
        with transient_when_away():
            cursor = self._view.find(query).sort("changed_at", DESCENDING).limit(most)
            return [email async for line in cursor if (email := _read_line(line))]

    async def unmark(self, application_id: UUID, message_id: UUID) -> None:
        """Removes the mark of a message that was discarded. Operators only. Raises `TransientFailure`."""
        for kind, email in (await self.find(application_id)).items():
            if email.parked == message_id:
                field = f"emails.{kind}.parked"
                with transient_when_away():
                    await self._emails.update_one({"_id": application_id, field: message_id}, {"$set": {field: None}})

    async def _read(self, query: dict[str, Any]) -> dict[UUID, dict[EmailKind, Email]]:
        found: dict[UUID, dict[EmailKind, Email]] = {}
        with transient_when_away():
            async for line in self._view.find(query):
                if read := _read_line(line):
                    id, kind, email = read
                    found.setdefault(id, {})[kind] = email
        return found


def find_kind(message: Message) -> str | None:
    """The kind of the email that a message is about, if any: perhaps one that only a later version knows."""
    if isinstance(message, EmailDue):
        return message.email
    if isinstance(message, DigestDue):
        return EmailKind.REQUESTS_DIGEST
    return EmailKind.VERIFICATION_CODE if isinstance(message, CodeIssued) else None


def find_resend(message: Message) -> int:
    """Which resend of its email a message is about; 0 for the first time."""
    return message.resend if isinstance(message, EmailDue) else 0


def _read_line(line: Mapping[str, Any]) -> tuple[UUID, EmailKind, Email] | None:
    """A line of the view. None if a later version or a hijacked mailer wrote it: it must not hide the others."""
    try:
        return line["_id"], EmailKind(line["kind"]), _to_email(line)
    except (KeyError, ValueError):
        return None


def _from_email(email: Email) -> dict[str, Any]:
    return {"status": email.status.value, **{name: getattr(email, name) for name in FIELDS}}


def _to_email(found: Mapping[str, Any]) -> Email:
    needed = {"status": EmailStatus(found["status"]), "at": found["at"]}
    return Email(**pick_known_fields(Email, found) | needed)


def _read_by_our_clock(document: Mapping[str, Any], now: datetime) -> Emails:
    """The emails in a document that was read at this time of ours."""
    found, ahead = to_emails(document), now - document["now"]
    return Emails(found.id, {kind: _shift_lease(email, ahead) for kind, email in found.by_kind.items()})


def _shift_lease(email: Email, by: timedelta) -> Email:
    return replace(email, leased_until=email.leased_until + by) if email.leased_until else email


def to_emails(document: Mapping[str, Any]) -> Emails:
    """The emails in a document, except what only a later version can read."""
    found: dict[str, Email] = {}
    for kind, email in document["emails"].items():
        try:
            found[kind] = _to_email(email)
        except (KeyError, ValueError):
            if kind in frozenset(EmailKind):
                raise
    return Emails(document["_id"], found)
