"""What broker and database counted: messages, round trips, bytes."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from bson import Timestamp
from pymongo import AsyncMongoClient
from yarl import URL

from tests.support.database_counts import Client, count_commands, find_end_of_oplog

STATISTICS = 6.0
"""Seconds after which the broker's statistics have followed: it collects them every five."""

COMPLETED_WITHIN = 120.0
"""Seconds from an application's last email."""


@dataclass(frozen=True)
class Counts:
    """What the servers had counted at one moment."""

    amounts: Counter[str]
    oplog_end: Timestamp


@dataclass(frozen=True)
class ServerCounters:
    """Administrators' access to both servers."""

    database: Client
    management: httpx.AsyncClient

    async def count(self) -> Counts:
        """Reads everything, once the broker's statistics have followed."""
        await asyncio.sleep(STATISTICS)
        messages = await self._count_messages()
        trips = await count_commands(self.database)
        commands = Counter({f"{name} commands": count for name, count in trips.items()})
        commands["database round trips"] = trips.total()
        return Counts(messages + commands, await find_end_of_oplog(self.database))

    async def wait_until_completed(self, count: int) -> None:
        """Waits until so many applications are completed. Raises TimeoutError."""
        applications = self.database["ace"]["applications"]
        async with asyncio.timeout(COMPLETED_WITHIN):
            while await applications.count_documents({"state": "completed"}) < count:  # noqa: ASYNC110  # it depends on other processes
                await asyncio.sleep(0.25)

    async def _count_messages(self) -> Counter[str]:
        overview = (await self.management.get("overview")).raise_for_status().json()
        figures = overview.get("message_stats", {})
        connections = (await self.management.get("connections")).raise_for_status().json()
        delivered = sum(figures.get(kind, 0) for kind in ("deliver", "deliver_no_ack", "get", "get_no_ack"))
        return Counter(
            {
                "published messages": figures.get("publish", 0),
                "delivered messages": delivered,
                "bytes to the broker": sum(each.get("recv_oct", 0) for each in connections),
            }
        )


@asynccontextmanager
async def count_servers(broker_url: str, management_url: str, database_url: str) -> AsyncIterator[ServerCounters]:
    """Connects to both servers during the block."""
    broker = URL(broker_url)
    async with (
        AsyncMongoClient[dict[str, Any]](database_url) as database,
        httpx.AsyncClient(
            base_url=f"{management_url.rstrip('/')}/api/",
            auth=(broker.user or "", broker.password or ""),
            timeout=30,
            trust_env=False,
        ) as management,
    ):
        yield ServerCounters(database, management)
