"""What the broker itself limits, with the services' own users: sizes, connections, queues, and what may last."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import aio_pika
import httpx
import pytest
import structlog
from aio_pika.exceptions import DeliveryError
from aiormq.exceptions import ChannelAccessRefused, ChannelPreconditionFailed
from yarl import URL

from services.gateway.broker_client import BrokerClient
from shared.contracts.message import MOST_BYTES
from shared.contracts.problem import Problem
from shared.messaging import topology
from shared.messaging.broker_admin import administer, find_left_behind
from shared.messaging.broker_limits import LARGEST_MESSAGE, USER_LIMITS, VHOST_LIMITS
from shared.messaging.connection import make_broker, start_when_reachable
from shared.messaging.permissions import PERMISSIONS, name_replies
from tests.support.applicant import ACME, refusal, start
from tests.support.broker import Broker
from tests.support.gateway import Gateway
from tests.support.servers import Servers
from tests.support.sizes import neighbors
from tests.support.waiting import until

PASSWORD = "of this test"
QUEUE = "intake.start-application"


@pytest.fixture
async def api(running: Servers) -> AsyncIterator[httpx.AsyncClient]:
    """The broker's management interface, as its administrator."""
    async with httpx.AsyncClient(base_url=f"{running.management_url}/api/", auth=("ace", "ace"), timeout=30) as api:
        yield api


@pytest.fixture
def vhost(rabbitmq_url: str) -> str:
    return quote(URL(rabbitmq_url).path.lstrip("/"), safe="")


@pytest.fixture
async def gateways(running: Servers, rabbitmq_url: str) -> str:
    """The broker's address for the gateway's own user."""
    await administer(running.management_url, rabbitmq_url, {"gateway": PASSWORD})
    return str(URL(rabbitmq_url).with_user("gateway").with_password(PASSWORD))


class TestSizes:
    async def test_a_body_that_is_too_large_is_refused_and_parked_without_it(
        self, gateway: Gateway, broker: Broker
    ) -> None:
        command, id = gateway.start(ACME)
        body = command.body().ljust(MOST_BYTES + 1)
        assert await refusal(gateway, command, id, body=body) is Problem.CONTRACT_BROKEN
        dead = await broker.take(f"{QUEUE}.dead")
        assert (dead.body, dead.headers["ace-size"]) == (b"", MOST_BYTES + 1)
        assert "body: too-large" in str(dead.headers["ace-reason"])
        await start(gateway)

    async def test_the_broker_refuses_what_is_far_too_large(self, gateways: str, broker: Broker) -> None:
        too_large = aio_pika.Message(b"x" * (LARGEST_MESSAGE + 1))
        async with await aio_pika.connect(gateways) as connection:
            channel = await connection.channel()
            exchange = await channel.get_exchange(topology.COMMANDS, ensure=False)
            with pytest.raises(ChannelPreconditionFailed, match="larger than configured max size"):
                await exchange.publish(too_large, "start-application")
            again = await (await connection.channel()).get_exchange(topology.COMMANDS, ensure=False)
            await again.publish(aio_pika.Message(b"x"), "start-application")
        await broker.holds(QUEUE, 1)


async def test_dead_letters_that_are_full_reject_what_comes_and_keep_what_is_there(
    api: httpx.AsyncClient, vhost: str, broker: Broker
) -> None:
    dead = f"{QUEUE}.dead"
    policy = (await api.get(f"policies/{vhost}/ace-dead")).json()
    small = policy | {"definition": policy["definition"] | {"max-length-bytes": 1_000}}
    (await api.put(f"policies/{vhost}/ace-dead", json=small)).raise_for_status()
    exchange = await broker.channel.get_exchange(topology.DEAD)

    async def rejects() -> bool:
        try:
            await exchange.publish(aio_pika.Message(b"x" * 400), dead)
        except DeliveryError:
            return True
        return False

    await until(rejects)
    kept = await broker.count(dead)
    assert kept >= 2
    with pytest.raises(DeliveryError):
        await exchange.publish(aio_pika.Message(b"x" * 400), dead)
    assert await broker.count(dead) == kept


class TestUsersLimits:
    async def test_every_user_and_the_virtual_host_have_them_and_what_an_operator_set_stays(
        self, running: Servers, rabbitmq_url: str, api: httpx.AsyncClient, vhost: str
    ) -> None:
        passwords = dict.fromkeys(PERMISSIONS, PASSWORD)
        await administer(running.management_url, rabbitmq_url, passwords)
        raised = USER_LIMITS["max-channels"] + 1
        (await api.put("user-limits/verifier/max-channels", json={"value": raised})).raise_for_status()
        await administer(running.management_url, rabbitmq_url, passwords)
        listed = (await api.get("user-limits")).json()
        found = {limited["user"]: limited["value"] for limited in listed if limited["user"] in PERMISSIONS}
        assert found.pop("verifier") == USER_LIMITS | {"max-channels": raised}
        assert found == {user: USER_LIMITS for user in PERMISSIONS if user != "verifier"}
        assert (await api.get(f"vhost-limits/{vhost}")).json()[0]["value"] == VHOST_LIMITS
        (await api.delete("user-limits/verifier/max-channels")).raise_for_status()

    async def test_one_connection_too_many_is_refused_in_one_clear_line_and_the_others_go_on(
        self, gateways: str, api: httpx.AsyncClient
    ) -> None:
        limit = "user-limits/gateway/max-connections"
        async with await aio_pika.connect(gateways) as first:
            (await api.put(limit, json={"value": 1})).raise_for_status()
            refused = make_broker(gateways, "gateway")
            with structlog.testing.capture_logs() as logged:
                waiting = asyncio.create_task(start_when_reachable(refused))

                async def told() -> list[str]:
                    return [line["reason"] for line in logged if line["event"] == "waiting for the broker"]

                assert await until(told) == [
                    "it closed the connection: is its virtual host there, and the user below its limit of connections?"
                ]
            assert not first.is_closed
            await (await first.channel()).close()
            (await api.delete(limit)).raise_for_status()
            await asyncio.wait_for(waiting, 20)
            await refused.stop()

    async def test_a_gateway_without_room_for_its_queue_says_so_and_goes_on_once_there_is(
        self, gateways: str, api: httpx.AsyncClient, vhost: str
    ) -> None:
        limit = f"vhost-limits/{vhost}/max-queues"
        (await api.put(limit, json={"value": 1})).raise_for_status()
        client = BrokerClient(gateways)
        with structlog.testing.capture_logs() as logged:
            await client.start()

            async def told() -> list[str]:
                return [line["reason"] for line in logged if line["event"] == "waiting for the broker"]

            assert "queue limit" in (await until(told))[0]
        (await api.put(limit, json={"value": 1_000})).raise_for_status()
        await until(client.is_ready)
        await client.stop()

    async def test_a_gateway_whose_queues_name_is_taken_takes_another(
        self, gateways: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        tokens = iter(["0001", "0002"])
        monkeypatch.setattr(secrets, "token_hex", lambda _: next(tokens))
        async with await aio_pika.connect(gateways) as connection:
            await (await connection.channel()).declare_queue(NAME, exclusive=True)
            client = BrokerClient(gateways)
            await client.start()
            await until(client.is_ready)
            await client.stop()
        assert next(tokens, None) is None


NAME = name_replies("gateway", "0001")


class TestAGatewaysUser:
    """RabbitMQ's permissions know names only, so what may be declared under them is limited, reported and deleted."""

    @pytest.mark.parametrize(
        "name", ["orders", *neighbors("gateway.replies.gateway.00001", "gateway.replies.another.0001")]
    )
    async def test_it_declares_nothing_under_another_name(self, gateways: str, name: str) -> None:
        async with await aio_pika.connect(gateways) as connection:
            queues, exchanges = await connection.channel(), await connection.channel()
            with pytest.raises(ChannelAccessRefused):
                await queues.declare_queue(name)
            with pytest.raises(ChannelAccessRefused):
                await exchanges.declare_exchange(name)

    async def test_it_binds_nothing(self, gateways: str) -> None:
        async with await aio_pika.connect(gateways) as connection:
            own = await (await connection.channel()).declare_queue(NAME, exclusive=True)
            for exchange in topology.EXCHANGES:
                queue = await (await connection.channel()).get_queue(own.name, ensure=False)
                with pytest.raises(ChannelAccessRefused):
                    await queue.bind(exchange, "#")

    @pytest.mark.parametrize("kind", ["quorum", *neighbors("classic")])
    async def test_a_queue_that_would_last_expires(
        self, gateways: str, api: httpx.AsyncClient, vhost: str, broker: Broker, kind: str
    ) -> None:
        policy = (await api.get(f"policies/{vhost}/ace-replies")).json()
        soon = policy | {"definition": policy["definition"] | {"expires": 500}}
        (await api.put(f"policies/{vhost}/ace-replies", json=soon)).raise_for_status()
        async with await aio_pika.connect(gateways) as connection:
            channel = await connection.channel()
            await channel.declare_queue(NAME, durable=True, arguments={"x-queue-type": kind})

        async def gone() -> bool:
            return not await _left_behind(api, vhost)

        await until(gone)

    async def test_what_else_lasts_is_empty_and_deleted_when_the_topology_is_applied(
        self, gateways: str, running: Servers, rabbitmq_url: str, api: httpx.AsyncClient, vhost: str
    ) -> None:
        stream, exchange, fleeting = (name_replies("gateway", f"000{number}") for number in (1, 2, 3))
        async with await aio_pika.connect(gateways) as connection:
            channel = await connection.channel()
            await channel.declare_queue(stream, durable=True, arguments={"x-queue-type": "stream"})
            await channel.declare_exchange(exchange, durable=True)
            await channel.declare_queue(fleeting, exclusive=True, auto_delete=True)

            async def in_force() -> Any:
                found = (await api.get(f"queues/{vhost}/{stream}")).json()
                return found.get("policy") == "ace-reply-streams"

            await until(in_force)
            assert sorted(await _left_behind(api, vhost)) == [stream, exchange]
            await administer(running.management_url, rabbitmq_url, {})
            assert await _left_behind(api, vhost) == []
            await channel.declare_queue(fleeting, passive=True)


async def _left_behind(api: httpx.AsyncClient, vhost: str) -> list[str]:
    return [
        name for what in ("queues", "exchanges") for name in find_left_behind((await api.get(f"{what}/{vhost}")).json())
    ]
