"""Gathers the evidence."""

import json
from collections import Counter
from typing import Any
from uuid import UUID

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage
from motor.motor_asyncio import AsyncIOMotorClient

from shared.domain import reference
from shared.messaging import topology
from shared.messaging.amqp import read_user
from shared.messaging.headers import APPLICATION, ORIGIN, REASON
from shared.messaging.topology import WORK_QUEUES
from shared.storage.documents import to_application
from shared.storage.emails import to_emails
from tests.chaos.checks.evidence import Command, DeadLetter, DeliveredEmail, Evidence, Published
from tests.chaos.checks.rest import come_to_rest, operator_url
from tests.chaos.processes.process import Process
from tests.chaos.processes.system import TAP, System
from tests.support.mail_sink import Email

EVENTS = tuple(queue.message.name() for queue in WORK_QUEUES if queue.exchange == topology.EVENTS)

COLLECTIONS = frozenset({"applications", "emails", "importers", "portal_users", "top_accounts", "importer_views"})
"""Collections that the checks need, even if they are empty."""

DEATHS = "x-death"
"""The header where the broker counts how often it moved a message."""

UNKNOWN = "550 5.1.1 no such mailbox"
"""The one refusal here that is about the recipient's address."""


async def open_tap(system: System) -> None:
    """Starts to copy everything that is published to a queue.

    What no queue gets stays so: the workers' proof of the broker's stamps is that it comes back.
    """
    async with await aio_pika.connect(operator_url(system)) as connection, connection.channel() as channel:
        kind = "quorum" if system.servers.amqp_ports else "classic"
        queue = await channel.declare_queue(TAP, durable=True, arguments={"x-queue-type": kind})
        for exchange in topology.EXCHANGES:
            for key in EVENTS if exchange == topology.EVENTS else ("#",):
                await queue.bind(exchange, key)


async def gather(system: System, since: dict[str, int]) -> Evidence:
    """Collects the evidence. `since` says how far each log was read, and is updated."""
    found = Evidence(
        waiting=await come_to_rest(system),
        emails=[_delivered(email) for email in system.sink.accepted],
        unknown={email.reference for email in system.sink.received if email.answer == UNKNOWN},
        users={process.kind: read_user(_broker_url(process)) for process in system.processes},
        prober=read_user(system.servers.rabbitmq_url),
    )
    client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(
        system.settings.need("mongodb_url"), uuidRepresentation="standard", tz_aware=True
    )
    database = client[system.settings.mongodb_database]
    names = await database.list_collection_names()
    for name in COLLECTIONS.union(name for name in names if not name.startswith("system.")):
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
        application = headers.get(APPLICATION, "")
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
