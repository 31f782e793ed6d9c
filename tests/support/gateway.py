"""The tests' own web gateway: publishes commands according to the contracts and reads the replies."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage

from shared import clock
from shared.contracts import catalogue
from shared.contracts.commands import AbandonApplication, AskOutcome, CheckCode, StartApplication, SubmitDetails
from shared.contracts.message import Command, Message, Reply
from shared.contracts.sealed import AccountRequest, Grant, SealedContent, TypedCode, TypedDetails
from shared.messaging import topology
from shared.messaging.amqp import read_user
from shared.messaging.permissions import name_replies
from shared.security.sealing import Sealer, name_context
from shared.settings.loading import load_key_ring
from shared.settings.processes import Settings

DETAILS = TypedDetails(
    organizational_structure="Corporation",
    fiscal_year_end="12/31/2026",
    first_name="Ada",
    last_name="Lovelace",
    country="US",
    street_address="1 Harbor Way",
    city="Long Beach",
    state="CA",
    postal_code="90802",
    telephone="562-555-0100",
    authorized=True,
)


@dataclass
class Gateway:
    """Publishes with only aio-pika, as another author's gateway would."""

    channel: AbstractChannel
    replies: str
    sealer: Sealer
    user: str
    waiting: dict[str, asyncio.Future[Reply]] = field(default_factory=dict)

    async def on_reply(self, raw: AbstractIncomingMessage) -> None:
        reply = catalogue.decode(raw.type or "", raw.body)
        assert isinstance(reply, Reply)
        future = self.waiting.pop(raw.correlation_id or "", None)
        if future and not future.done():
            future.set_result(reply)

    def sealed(self, type_: type[Command], field: str, id: UUID, content: SealedContent) -> str:
        return self.sealer.seal(content, name_context(type_.TYPE, field, id))

    async def publish(self, message: Message, id: UUID | None = None, **changes: Any) -> asyncio.Future[Reply]:
        token = uuid4().hex
        future = self.waiting[token] = asyncio.get_running_loop().create_future()
        properties: dict[str, Any] = {
            "type": message.TYPE,
            "message_id": str(id or uuid4()),
            "timestamp": clock.now(),
            "user_id": self.user,
            "app_id": "test",
            "content_type": "application/json",
            "delivery_mode": 2,
            "reply_to": self.replies,
            "correlation_id": token,
            "headers": {"ace-application": str(message.application_id)},
        }
        body = changes.pop("body", message.body())
        exchange = await self.channel.get_exchange(topology.COMMANDS, ensure=False)
        await exchange.publish(aio_pika.Message(body, **{**properties, **changes}), message.name())
        return future

    async def ask(self, message: Message, id: UUID | None = None, within: float = 20, **changes: Any) -> Reply:
        async with asyncio.timeout(within):
            return await (await self.publish(message, id, **changes))

    def start(self, request: AccountRequest, id: UUID | None = None) -> tuple[StartApplication, UUID]:
        id = id or uuid4()
        application = uuid5(id, "application")
        sealed = self.sealed(StartApplication, "request", application, request)
        return StartApplication(application_id=application, taken_at=clock.now(), request=sealed), id

    def code(self, application: UUID, code: str, at: datetime | None = None) -> CheckCode:
        sealed = self.sealed(CheckCode, "code", application, TypedCode(code=code))
        return CheckCode(application_id=application, taken_at=at or clock.now(), code=sealed)

    def details(self, application: UUID, token: str, details: TypedDetails = DETAILS) -> SubmitDetails:
        return SubmitDetails(
            application_id=application,
            taken_at=clock.now(),
            grant=self.sealed(SubmitDetails, "grant", application, Grant(token=token)),
            details=self.sealed(SubmitDetails, "details", application, details),
        )

    def granted(self, reply: Reply) -> str:
        """The grant in the reply to the right code."""
        sealed = json.loads(reply.body())["grant"]
        return self.sealer.open(Grant, sealed, name_context(reply.TYPE, "grant", reply.application_id)).token

    def abandon(self, application: UUID) -> AbandonApplication:
        return AbandonApplication(application_id=application, taken_at=clock.now())

    def outcome(self, application: UUID, command: UUID) -> AskOutcome:
        return AskOutcome(application_id=application, command_id=command)


@asynccontextmanager
async def connected_gateway(settings: Settings) -> AsyncIterator[Gateway]:
    url = settings.need("rabbitmq_url")
    async with await aio_pika.connect(url) as connection, connection.channel() as channel:
        queue = await channel.declare_queue(
            name_replies(read_user(url), uuid4().hex[:4]), exclusive=True, auto_delete=True
        )
        asking = Gateway(channel, queue.name, Sealer(load_key_ring(settings, "commands")), read_user(url))
        await queue.consume(asking.on_reply, no_ack=True)
        yield asking
