"""One application through the queues, with the real servers: its cost is known, and does not grow unnoticed."""

from typing import Any

from pymongo import AsyncMongoClient

from shared.messaging import topology
from shared.settings.processes import Settings
from tests.integration.cost.application_cost import Accountant
from tests.support.broker import Broker
from tests.support.gateway import Gateway
from tests.support.mail_sink import MailSink

LIMITS = {
    "round trips": 30,
    "messages": 11,
    "message bytes": 6_030,
    "oplog entries": 16,
    "oplog bytes": 15_800,
    "document bytes": 5_000,
}
"""The most that an application may take, replies not counted. Whoever makes it take less lowers these."""

SLACK = 0.9
"""What takes less than this part of its limit has become better: then the limit has to follow."""

APPLICATIONS = 5
"""The least of them counts: a sweep may fall into one."""


async def test_an_application_costs_no_more_than_its_limits(
    system: Settings, gateway: Gateway, box: MailSink, broker: Broker
) -> None:
    tap = await broker.tap(topology.COMMANDS, topology.EVENTS)
    async with AsyncMongoClient[dict[str, Any]](system.need("mongodb_url")) as database:
        accountant = Accountant(system, gateway, box, broker, tap, database)
        await accountant.count_one()  # connects whoever was not connected yet
        counted = [await accountant.count_one() for _ in range(APPLICATIONS)]
        cost = {name: float(min(each[name] for each in counted)) for name in counted[0]}
        cost["document bytes"] = await accountant.measure_document()
    assert {name: (amount, LIMITS[name]) for name, amount in cost.items() if amount > LIMITS[name]} == {}
    assert {name: (amount, LIMITS[name]) for name, amount in cost.items() if amount < SLACK * LIMITS[name]} == {}
