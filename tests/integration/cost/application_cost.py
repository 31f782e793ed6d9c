"""Counts what one application costs the servers."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from aio_pika.abc import AbstractQueue

from shared.contracts.sealed import AccountRequest
from shared.settings.processes import Settings
from tests.support.applicant import start, submit, verify
from tests.support.broker import Broker
from tests.support.database_counts import (
    Client,
    count_commands,
    find_end_of_oplog,
    measure_documents,
    measure_oplog,
)
from tests.support.gateway import Gateway
from tests.support.mail_sink import MailSink
from tests.support.records import store_importer
from tests.support.waiting import until

EMAILS = 4


@dataclass
class Accountant:
    """Has importers apply one at a time, and counts."""

    system: Settings
    gateway: Gateway
    box: MailSink
    broker: Broker
    tap: AbstractQueue
    database: Client
    applied: int = 0

    async def count_one(self) -> Counter[str]:
        """One whole application, from its start until it is completed."""
        number = f"12-34567{self.applied:02}AB"
        await store_importer(self.system, number, f"Acme {self.applied:02} Inc.", f"poc{self.applied:02}@acme.example")
        owner = f"ada{self.applied:02}@acme.example"
        request = AccountRequest(company_name=f"Acme {self.applied:02} Inc.", importer_number=number, email=owner)
        commands, oplog_end = await count_commands(self.database), await find_end_of_oplog(self.database)

        started = await start(self.gateway, request)
        await submit(started, self.gateway, await verify(started, self.gateway, self.box))
        self.applied += 1
        await self.box.emails(EMAILS * self.applied)
        await until(self._is_completed)

        used = await count_commands(self.database) - commands
        del used["aggregate"]  # our own questions
        cost = Counter({"round trips": used.total(), **await measure_oplog(self.database, oplog_end)})
        async for message in self.broker.drain(self.tap):
            cost["messages"] += 1
            cost["message bytes"] += len(message.body) + len(message.properties.marshal())
        return cost

    async def measure_document(self) -> float:
        """The mean bytes of the applications."""
        return await measure_documents(self.database, self.system.mongodb_database)

    async def _is_completed(self) -> bool:
        pipeline: list[dict[str, Any]] = [{"$match": {"state": "completed"}}, {"$count": "completed"}]
        applications = self.database[self.system.mongodb_database]["applications"]
        return [row["completed"] async for row in await applications.aggregate(pipeline)] == [self.applied]
