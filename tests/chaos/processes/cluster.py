"""Three RabbitMQ nodes and three mongod processes on this machine, each of which can be killed and healed."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from embedded_servers import ports
from embedded_servers.mongodb import MongoDB, replica_set
from embedded_servers.program import Running, wait_until
from embedded_servers.rabbitmq import RabbitMQ
from shared.messaging.broker_admin import make_advanced_configuration, make_configuration

USER = PASSWORD = "ace"
NAMES = tuple(f"ace{number}@localhost" for number in (1, 2, 3))
TOGETHER = "\n".join(
    (
        "cluster_formation.peer_discovery_backend = classic_config",
        *(f"cluster_formation.classic_config.nodes.{number} = {name}" for number, name in enumerate(NAMES, 1)),
        "cluster_partition_handling = pause_minority",
        "",
    )
)
ELECTION_MS = 2_000
"""MongoDB's default is ten seconds, so a primary's death would be felt for twelve."""


@dataclass
class Node(RabbitMQ):
    """One of several brokers, which share Erlang's port mapper and a cookie and know each other by name."""

    def kill(self) -> None:
        """Kills the server with SIGKILL; the port mapper stays, because all nodes need it."""
        self._running.pop().kill()

    def start(self) -> None:
        """Starts the server; the first start also starts the port mapper."""
        epmd, server = self.prepare()
        if self.node == NAMES[0] and not self._running:
            self._running.append(Running(epmd, self.folder / "epmd.log"))
            wait_until(lambda: ports.is_taken(self.epmd_port), "Erlang's port mapper", 10)
        self._running.append(Running(server, self.folder / "rabbitmq.log"))


@dataclass
class Cluster:
    """The nodes."""

    brokers: list[Node]
    databases: list[MongoDB]

    @property
    def mongodb_url(self) -> str:
        """The URL of all members; the driver finds the primary."""
        hosts = ",".join(member.host for member in self.databases)
        return f"mongodb://{hosts}/?replicaSet={replica_set.NAME}"

    def primary(self) -> MongoDB:
        """The member that accepts writes."""
        found: list[MongoDB] = []

        def there() -> bool:
            found[:] = [member for member in self.databases if _is_primary(member.host)]
            return bool(found)

        wait_until(there, "a primary", 60)
        return found[0]

    def wait_until_whole(self) -> None:
        """Returns when every database server is a healthy member."""
        wait_until(lambda: all(_answers(member.host) for member in self.databases), "the whole replica set", 60)

    def leader(self, queue: str) -> Node:
        """The node where a quorum queue's leader is."""
        node = next(node for node in self.brokers if node.ready)
        api = f"{node.management_url}/api/queues/%2F/{queue}"
        name = httpx.get(api, auth=(USER, PASSWORD), timeout=10, trust_env=False).json()["leader"]
        return next(node for node in self.brokers if node.node == name)


def _is_primary(host: str) -> bool:
    return bool(_hello(host).get("isWritablePrimary"))


def _answers(host: str) -> bool:
    hello = _hello(host)
    return bool(hello.get("isWritablePrimary") or hello.get("secondary"))


def _hello(host: str) -> dict[str, Any]:
    """What a server says about itself; empty while it is away."""
    client: MongoClient[dict[str, Any]]
    try:
        with MongoClient(host, directConnection=True, serverSelectionTimeoutMS=500) as client:
            return dict(client.admin.command("hello"))
    except PyMongoError:
        return {}


@asynccontextmanager
async def cluster(folder: Path) -> AsyncIterator[Cluster]:
    """The cluster while the block runs."""
    found = Cluster(_brokers(folder), [MongoDB(folder / f"mongodb{number}") for number in (1, 2, 3)])
    try:
        for member in found.databases:
            member.start()
        for node in found.brokers:
            node.start()
        await asyncio.to_thread(_join_databases, found.databases)
        for node in found.brokers:
            await asyncio.to_thread(node.wait_until_ready)
        wait_until(lambda: _together(found.brokers[0]), "the cluster", 60)
        yield found
    finally:
        for node in reversed(found.brokers):
            node.stop()
        for member in found.databases:
            member.stop()


def _together(node: Node) -> bool:
    """Whether all nodes run as one."""
    api = f"{node.management_url}/api/nodes"
    nodes = httpx.get(api, auth=(USER, PASSWORD), timeout=10, trust_env=False).json()
    return sum(bool(found.get("running")) for found in nodes) == len(NAMES)


def _brokers(folder: Path) -> list[Node]:
    cookie, mapper = secrets.token_hex(20), ports.pick()
    nodes = [
        Node(
            folder / name.partition("@")[0],
            epmd_port=mapper,
            node=name,
            user=USER,
            password=PASSWORD,
            configuration=TOGETHER + make_configuration(),
            advanced=make_advanced_configuration(),
        )
        for name in NAMES
    ]
    for node in nodes:
        node.folder.mkdir(parents=True, mode=0o700)
        file = node.folder / ".erlang.cookie"
        file.touch(mode=0o600)
        file.write_text(cookie)
    return nodes


def _join_databases(members: list[MongoDB]) -> None:
    config = {
        "_id": replica_set.NAME,
        "settings": {"electionTimeoutMillis": ELECTION_MS},
        "members": [{"_id": number, "host": member.host} for number, member in enumerate(members)],
    }

    def initiated() -> bool:
        client: MongoClient[dict[str, Any]]
        try:
            with MongoClient(members[0].host, directConnection=True, serverSelectionTimeoutMS=500) as client:
                client.admin.command("replSetInitiate", config)
        except PyMongoError as error:
            return "already initialized" in str(error)
        return True

    wait_until(initiated, "the replica set", 60)
    wait_until(lambda: any(_is_primary(member.host) for member in members), "a primary", 60)
