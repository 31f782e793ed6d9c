"""An operator's session, beside what workers do to dead letters."""

from dataclasses import dataclass
from uuid import UUID, uuid4

import aio_pika
from aio_pika.abc import AbstractConnection, AbstractMessage

from services.console.dead_letters.dead_letter import DeadLetter
from services.console.dead_letters.replay import DeadLetterActions, Operator
from services.console.dead_letters.selection import hold_dead_letters
from shared.contracts.commands import StartApplication
from shared.contracts.state import State
from shared.domain.application import Application
from shared.messaging import topology
from shared.messaging.amqp import read_user
from shared.messaging.topology import WorkQueue, find_queue
from shared.settings.processes import Settings
from shared.storage.audit import AuditEntry
from shared.storage.database import Database
from tests.support.broker import Broker
from tests.support.waiting import until

START = find_queue(StartApplication)


@dataclass
class OperatorSession:
    """An operator with the broker, the database and acectl's actions on dead letters."""

    settings: Settings
    connection: AbstractConnection
    database: Database
    broker: Broker

    def make_actions(self, rate: float | None = None, why: str | None = None) -> DeadLetterActions:
        who = Operator("ada", read_user(self.settings.need("rabbitmq_url")), why)
        return DeadLetterActions(self.connection, self.database, who, rate=rate)

    async def letters(self) -> list[DeadLetter]:
        async with hold_dead_letters(self.connection, START, "ace") as found:
            return [each.letter for each in found]

    async def has(self, count: int) -> list[DeadLetter]:
        """The dead letters, once there are this many."""
        await self.broker.holds(START.dead, count)
        return await self.letters()

    async def entries(self) -> list[AuditEntry]:
        return [entry async for entry in self.database.audit.list_latest(1000)]

    async def put(self, count: int, **headers: str) -> None:
        """Publishes dead letters as a worker would."""
        for _ in range(count):
            headers = {"ace-application": str(uuid4()), "ace-reason": "a reason", **headers}
            message = aio_pika.Message(b"x", message_id=str(uuid4()), type=StartApplication.TYPE, headers={**headers})
            await self.bury(message)

    async def bury(self, message: AbstractMessage, queue: WorkQueue = START) -> None:
        exchange = await self.broker.channel.get_exchange(topology.DEAD, ensure=False)
        await exchange.publish(message, queue.dead)

    async def reaches(self, id: UUID, state: State) -> Application:
        async def there() -> Application | None:
            found = await self.database.applications.load(id)
            return found if found and found.state is state else None

        found = await until(there)
        assert found
        return found
