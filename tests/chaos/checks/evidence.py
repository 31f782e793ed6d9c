"""What the system holds once everything is at rest: database, queues, dead letters, emails, logs."""

import asyncio
import json
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage
from motor.motor_asyncio import AsyncIOMotorClient
from yarl import URL

from shared.contracts.email_kind import EmailKind
from shared.domain import reference
from shared.domain.application import Application
from shared.domain.email import WELCOME
from shared.domain.email import Email as EmailRecord
from shared.messaging import topology
from shared.messaging.amqp import user_of
from shared.messaging.delivery import APPLICATION_HEADER, ORIGIN, REASON
from shared.messaging.topology import WORK_QUEUES
from shared.storage.documents import to_application
from shared.storage.emails import to_emails
from tests.chaos.processes.system import IMPERSONATOR, TAP, Process, System
from tests.support.mail_sink import Email

COLLECTIONS = frozenset({"applications", "emails", "importers", "portal_users", "top_accounts", "importer_views"})
"""Collections that the checks need, even if they are empty."""

JOINED = {"$lookup": {"from": "emails", "localField": "_id", "foreignField": "_id", "as": "recorded"}}
EMAILS = "recorded.emails"
NOT_YET = {"$in": [None, "sending", "deferred"]}
UNDER_WAY: list[dict[str, Any]] = [
    {"state": {"$in": ["requested", "submitted"]}, "parked": {"$in": [None, {}]}},
    {"state": "awaiting-code", f"{EMAILS}.verification-code.status": NOT_YET},
    *({"state": {"$in": ["provisioned", "completed"]}, f"{EMAILS}.{kind.value}.status": NOT_YET} for kind in WELCOME),
    {"state": "rejected", "history.state": "submitted", f"{EMAILS}.application-refused.status": NOT_YET},
]
"""Applications that a worker still has to do something about."""

QUEUES = [queue.name for queue in WORK_QUEUES] + [step.name for step in topology.RETRY_STEPS]
DEATHS = "x-death"
"""The header where the broker counts how often it moved a message."""

UNKNOWN = "550 5.1.1 no such mailbox"
"""The one refusal here that is about the recipient's address."""

AT_REST = 3
"""How often in a row, a second apart, all queues must be empty and nothing on its way."""


@dataclass(frozen=True)
class Command:
    """A command that the broker confirmed, as the gateway logged it."""

    id: UUID
    name: str
    reference: str


@dataclass(frozen=True)
class DeadLetter:
    """A message among the dead letters."""

    queue: str
    message_id: str
    application: str
    reason: str


@dataclass(frozen=True)
class DeliveredEmail:
    """An email that the mail server accepted."""

    message_id: str
    to: str
    subject: str
    reference: str
    code: str | None


@dataclass(frozen=True)
class Published:
    """A message that passed through one of the system's own exchanges."""

    exchange: str
    key: str
    name: str
    """Its type without the version."""
    id: str
    user: str
    """Who published it, as checked by the broker; empty if unknown."""
    origin: str
    """Who published it first, according to the forwarder; empty if it was not forwarded."""
    by_broker: bool
    """Whether the broker itself moved it here, in its publisher's name."""


@dataclass
class Evidence:
    """Everything found."""

    applications: dict[str, Application] = field(default_factory=dict)
    """By reference."""
    recorded: dict[str, dict[EmailKind, EmailRecord]] = field(default_factory=dict)
    """What the notifier recorded of each application's emails, by reference."""
    documents: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """Each collection in the database."""
    commands: list[Command] = field(default_factory=list)
    dead: list[DeadLetter] = field(default_factory=list)
    waiting: dict[str, int] = field(default_factory=dict)
    """Messages that never came to rest, by queue."""
    emails: list[DeliveredEmail] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)
    """References of applications with an email to an address that the mail server did not know."""
    published: list[Published] = field(default_factory=list)
    users: dict[str, str] = field(default_factory=dict)
    """Each service's broker user: its own, or one for all."""
    prober: str = ""
    """The broker user of the suite's own questions."""
    messages: int = 0
    copies: int = 0
    """Messages that passed through the broker more than once with the same id and purpose."""
    clear: list[str] = field(default_factory=list)
    """Everything that must not contain personal data: messages, documents, logs."""
    log_lines: list[dict[str, Any]] = field(default_factory=list)


def operator_url(system: System) -> str:
    """The impersonator's broker URL, which bypasses the proxy."""
    return str(URL(system.servers.rabbitmq_url).with_user(IMPERSONATOR).with_password(IMPERSONATOR))


async def open_tap(system: System) -> None:
    """Starts to copy everything that is published."""
    async with await aio_pika.connect(operator_url(system)) as connection, connection.channel() as channel:
        kind = "quorum" if system.servers.amqp_ports else "classic"
        queue = await channel.declare_queue(TAP, durable=True, arguments={"x-queue-type": kind})
        for exchange in topology.EXCHANGES:
            await queue.bind(exchange, "#")


async def come_to_rest(system: System, within: float = 120) -> dict[str, int]:
    """Waits until no message is waiting or on its way; returns what did not come to rest in time."""
    quiet, left, deadline = 0, {"?": 1}, time.monotonic() + within
    while quiet < AT_REST and time.monotonic() < deadline:
        try:
            left = await _unfinished(system)
        except (aio_pika.exceptions.AMQPError, OSError) as error:
            left = {type(error).__name__: 1}
        quiet = 0 if left else quiet + 1
        await asyncio.sleep(0.7)
    return left


async def _unfinished(system: System) -> dict[str, int]:
    """Messages in queues, and applications that still have something coming."""
    found = {}
    async with await aio_pika.connect(operator_url(system)) as connection:
        for name in QUEUES:
            async with connection.channel() as channel:
                queue = await channel.declare_queue(name, passive=True)
                if count := queue.declaration_result.message_count:
                    found[name] = count
    client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(system.settings.need("mongodb_url"))
    under_way: list[dict[str, Any]] = [JOINED, {"$match": {"$or": UNDER_WAY}}]
    count = len(await client[system.settings.mongodb_database]["applications"].aggregate(under_way).to_list(None))
    client.close()
    return {**found, "applications under way": count} if count else found


async def gather(system: System, since: dict[str, int]) -> Evidence:
    """Collects the evidence. `since` says how far each log was read, and is updated."""
    found = Evidence(
        waiting=await come_to_rest(system),
        emails=[_delivered(email) for email in system.sink.accepted],
        unknown={email.reference for email in system.sink.received if email.answer == UNKNOWN},
        users={process.kind: user_of(_broker_url(process)) for process in system.processes},
        prober=user_of(system.servers.rabbitmq_url),
    )
    client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(
        system.settings.need("mongodb_url"), uuidRepresentation="standard", tz_aware=True
    )
    database = client[system.settings.mongodb_database]
    for name in COLLECTIONS.union(await database.list_collection_names()):
        found.documents[name] = await database[name].find({}).to_list(None)
        found.clear += [repr(document) for document in found.documents[name]]
    client.close()
    for document in found.documents["applications"]:
        found.applications[document["reference"]] = to_application(document)
    for document in found.documents["emails"]:
        found.recorded[reference.derive(document["_id"])] = dict(to_emails(document).by_kind)
    async with await aio_pika.connect(operator_url(system)) as connection, connection.channel() as channel:
        await _read_tap(channel, found)
        for queue in WORK_QUEUES:
            if queue.has_dead_letters:
                found.dead += await _dead_letters(channel, queue.dead)
    _read_logs(system, since, found)
    return found


def _delivered(email: Email) -> DeliveredEmail:
    [to] = email.recipients
    return DeliveredEmail(email.message_id, to, str(email.message["Subject"]), email.reference, email.code)


def _broker_url(process: Process) -> str:
    return process.service.program.environment["ACE_RABBITMQ_URL"]


async def _read_tap(channel: AbstractChannel, found: Evidence) -> None:
    """Reads what passed through the broker since last time."""
    seen: Counter[tuple[str | None, str | None]] = Counter()
    queue = await channel.get_queue(TAP)
    while message := await queue.get(no_ack=True, fail=False, timeout=60):
        found.messages += 1
        seen[message.message_id, message.routing_key] += 1
        found.published.append(_published(message))
        found.clear.append(message.body.decode("utf-8", "replace") + json.dumps(message.headers, default=str))
    found.copies = sum(count - 1 for count in seen.values())


def _published(message: AbstractIncomingMessage) -> Published:
    return Published(
        exchange=message.exchange or "",
        key=message.routing_key or "",
        name=(message.type or "").partition(".")[0],
        id=message.message_id or "",
        user=message.user_id or "",
        origin=str(message.headers.get(ORIGIN, "")),
        by_broker=DEATHS in message.headers,
    )


async def _dead_letters(channel: AbstractChannel, name: str) -> list[DeadLetter]:
    """Takes out everything in a queue of dead letters."""
    queue = await channel.get_queue(name)
    found = []
    while message := await queue.get(no_ack=True, fail=False, timeout=60):
        headers = message.headers
        reason = headers.get(REASON, "the broker's delivery limit" if DEATHS in headers else "")
        application = headers.get(APPLICATION_HEADER, "")
        found.append(DeadLetter(name, message.message_id or "", str(application), str(reason)))
    return found


def _read_logs(system: System, since: dict[str, int], found: Evidence) -> None:
    for path in system.logs():
        with path.open("rb") as file:
            file.seek(since.get(str(path), 0))
            text = file.read().decode("utf-8", "replace")
            since[str(path)] = file.tell()
        found.clear.append(text)
        for line in text.splitlines():
            if not line.startswith("{"):
                continue
            try:
                entry = json.loads(line)
            except ValueError:
                continue  # a process was killed while writing
            found.log_lines.append({**entry, "file": path.name})
            if entry.get("event") == "command sent":
                found.commands.append(Command(UUID(entry["command_id"]), entry["command"], entry["reference"]))
