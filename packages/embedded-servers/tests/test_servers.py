"""Servers keep what they confirmed, listen on loopback only, and leave no process behind."""

import os
import signal
import subprocess
import sys
from asyncio import sleep
from collections.abc import Iterator
from pathlib import Path

import aio_pika
import httpx
import pytest
from aio_pika.abc import AbstractChannel, AbstractQueue
from aiormq.abc import FieldTable
from pymongo import MongoClient
from pymongo.errors import OperationFailure

from embedded_servers.mongodb import MongoDB
from embedded_servers.program import wait_until
from embedded_servers.rabbitmq import RabbitMQ

LOOPBACK = {"0100007F", "00000000000000000000000001000000"}  # IPv4 and IPv6, as the kernel writes them
QUORUM: FieldTable = {"x-queue-type": "quorum"}
ADVANCED = """[{rabbit, [{server_properties, [{<<"site">>, longstr, <<"of this test">>}]}]}]."""
MARK = "TRIAL"  # an environment variable that child processes inherit
REGISTERED = 2.0  # RabbitMQ records a new quorum queue half a second late; a crash before that loses it
START_AND_TELL = """
import sys, time
from pathlib import Path
from embedded_servers.mongodb import MongoDB
from embedded_servers.rabbitmq import RabbitMQ
servers = RabbitMQ(Path(sys.argv[1]) / "rabbitmq"), MongoDB(Path(sys.argv[1]) / "mongodb")
for server in servers:
    server.start()
for server in servers:
    server.wait_until_ready()
print("ready", flush=True)
time.sleep(600)
"""


@pytest.fixture(scope="module")
def rabbitmq(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RabbitMQ]:
    folder = tmp_path_factory.mktemp("rabbitmq")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(MARK, str(folder))
        with RabbitMQ(
            folder, user="operator", password="of this test", configuration="channel_max = 77", advanced=ADVANCED
        ) as broker:
            yield broker


async def declared(rabbitmq: RabbitMQ, channel: AbstractChannel) -> AbstractQueue:
    return await channel.declare_queue("kept", durable=True, arguments=QUORUM)


async def test_a_killed_broker_comes_back_with_its_messages(rabbitmq: RabbitMQ) -> None:
    async with await aio_pika.connect(rabbitmq.url) as connection:
        channel = await connection.channel()
        await declared(rabbitmq, channel)
        await sleep(REGISTERED)
        message = aio_pika.Message(b"confirmed", delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
        await channel.default_exchange.publish(message, "kept")
    rabbitmq.kill()
    rabbitmq.start()
    rabbitmq.wait_until_ready()
    async with await aio_pika.connect(rabbitmq.url) as connection:
        queue = await declared(rabbitmq, await connection.channel())
        found = await queue.get(timeout=20)
        assert found is not None
        assert found.body == b"confirmed"


async def test_the_broker_has_its_administrator_management_and_metrics(rabbitmq: RabbitMQ) -> None:
    async with httpx.AsyncClient() as client:
        told = await client.get(f"{rabbitmq.management_url}/api/whoami", auth=("operator", "of this test"))
        metrics = await client.get(f"http://127.0.0.1:{rabbitmq.prometheus_port}/metrics")
    assert "administrator" in told.json()["tags"]
    assert "rabbitmq_build_info" in metrics.text


def test_the_broker_listens_on_loopback_only(rabbitmq: RabbitMQ) -> None:
    own = {
        *(rabbitmq.port, rabbitmq.management_port, rabbitmq.prometheus_port),
        *(rabbitmq.epmd_port, rabbitmq.distribution_port),
    }
    found = [(address, port) for address, port in listening() if port in own]
    assert {port for _, port in found} == own
    assert {address for address, _ in found} <= LOOPBACK


def test_each_of_its_scripts_starts_erlang(rabbitmq: RabbitMQ) -> None:
    _, server = rabbitmq.prepare()
    scripts = [*Path(server.environment["ERL_ROOTDIR"]).rglob("bin/erl")]
    environment = {**os.environ, **server.environment}
    for erl in scripts:
        done = subprocess.run([erl, "-noshell", "-eval", "halt(7)."], env=environment, check=False)  # noqa: S603  # the broker's
        assert done.returncode == 7, erl
    assert len(scripts) >= 2


async def test_the_brokers_configuration_can_be_added_to(rabbitmq: RabbitMQ) -> None:
    async with await aio_pika.connect(rabbitmq.url) as connection:
        assert connection.transport is not None
        assert connection.transport.connection.connection_tune.channel_max == 77
        assert connection.transport.connection.server_properties["site"] == "of this test"


def test_a_killed_database_comes_back_with_its_documents_on_another_port_too(tmp_path: Path) -> None:
    with MongoDB(tmp_path) as mongodb:
        insert(mongodb)
        mongodb.kill()
    with MongoDB(tmp_path) as mongodb:
        insert(mongodb)
        with MongoClient[dict[str, object]](mongodb.url) as client:
            assert client.trial.kept.count_documents({}) == 2


def test_a_database_with_an_administrator_keeps_what_it_had_before_and_lets_nobody_else_in(tmp_path: Path) -> None:
    with MongoDB(tmp_path) as mongodb:
        insert(mongodb)
    for password in ("of this test", "of no test"):  # an administrator that is there keeps the password
        with MongoDB(tmp_path, user="operator@home", password=password) as mongodb:
            if password == "of this test":  # one that only this test knows
                insert(mongodb)
                continue
            for url in (mongodb.url, f"mongodb://{mongodb.host}/?directConnection=true"):
                with MongoClient[dict[str, object]](url) as client, pytest.raises(OperationFailure):
                    client.trial.kept.count_documents({})


def insert(mongodb: MongoDB) -> None:
    """Inserts a document in a transaction, which only a replica set allows."""
    with (
        MongoClient[dict[str, object]](mongodb.url) as client,
        client.start_session() as session,
        session.start_transaction(),
    ):
        client.trial.kept.insert_one({}, session=session)


def test_servers_end_when_the_process_that_started_them_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", START_AND_TELL, str(tmp_path)]
    environment = {**os.environ, MARK: str(tmp_path)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as starter:  # noqa: S603  # our own
        assert starter.stdout is not None
        assert starter.stdout.readline() == b"ready\n"
        assert len(processes_of(tmp_path)) >= 4  # the starter, the port mapper, both servers
        starter.send_signal(signal.SIGKILL)
    wait_until(lambda: not processes_of(tmp_path), "the end of all servers", 20)


def test_stopping_the_broker_leaves_no_process_behind(rabbitmq: RabbitMQ) -> None:
    assert processes_of(rabbitmq.folder)
    rabbitmq.stop()
    wait_until(lambda: not processes_of(rabbitmq.folder), "the end of the broker's processes", 5)


def listening() -> list[tuple[str, int]]:
    """Addresses (as the kernel writes them) and ports of all listeners on this machine."""
    found = []
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            _, local, _, state, *_ = line.split()
            if state == "0A":
                address, port = local.split(":")
                found.append((address, int(port, 16)))
    return found


def processes_of(folder: Path) -> list[int]:
    """Processes started with this folder as their mark."""
    mark = f"{MARK}={folder}".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (process / "environ").read_bytes().split(b"\0"):
                found.append(int(process.name))
        except OSError:
            continue
    return found
