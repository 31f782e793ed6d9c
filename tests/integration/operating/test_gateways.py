"""A gateway of somebody else is let in with keys of its own, and shut out alone."""

from uuid import uuid4

import aio_pika
import pytest
from aio_pika.exceptions import AMQPConnectionError
from yarl import URL

from shared.messaging.gateway_users import GatewayUsers
from shared.messaging.management import make_client
from shared.settings.processes import Settings
from tests.integration.operating.test_operating import acectl
from tests.support.applicant import ACME, refusal, start
from tests.support.gateway import connected_gateway
from tests.support.records import store_importer
from tests.support.servers import Servers
from tests.support.services import working
from tests.support.waiting import until

WHY = ("--reason", "a partner")


@pytest.fixture
def operating(settings: Settings, running: Servers) -> Settings:
    return settings.model_copy(update={"rabbitmq_management_url": URL(running.management_url)})


async def test_a_gateway_is_added_has_keys_of_its_own_and_is_shut_out_alone(
    operating: Settings, running: Servers
) -> None:
    name = f"kiosk-{uuid4().hex[:6]}"
    await store_importer(operating, ACME.importer_number, ACME.company_name, "poc@acme.example")
    ending, needed, complaint = await acectl(operating, "gateways", "add", name, *WHY)
    assert ending == 0, complaint
    assert needed["ACE_KEYS_COMMANDS"] not in (operating.need("keys_commands"), operating.need("keys_gateways"))
    address = URL(needed["ACE_RABBITMQ_URL"])
    theirs = operating.model_copy(update={"rabbitmq_url": address, "keys_commands": needed["ACE_KEYS_COMMANDS"]})
    strange = theirs.model_copy(update={"keys_commands": operating.need("keys_commands")})

    async with working(operating, ["intake"]), connected_gateway(operating) as ours:
        async with connected_gateway(theirs) as kiosk, connected_gateway(strange) as with_our_keys:
            await start(kiosk)
            await start(ours)
            command, id = with_our_keys.start(ACME)
            await refusal(with_our_keys, command, id)
            async with make_client(running.management_url, operating.need("rabbitmq_url")) as api:
                users = GatewayUsers(api, operating.need("rabbitmq_url"))
                assert await users.is_gateway(name)
                await users.remove(name)
                await users.remove(name)  # a removal that stopped half-way is done again

            async def closed() -> bool:
                return kiosk.channel.is_closed

            await until(closed)
        with pytest.raises(AMQPConnectionError):
            await aio_pika.connect(str(address))
        await start(ours)

    ending, listed, _ = await acectl(operating, "gateways", "list")
    assert {"name": name, "removed": True, "connections": 0} in listed
    ending, _, complaint = await acectl(operating, "gateways", "add", name, *WHY)
    assert (ending, "take another name" in complaint) == (1, True)


@pytest.mark.parametrize(
    ("name", "reason"),
    [("Kiosk", "no name for a gateway"), ("gateway", "the name of a service"), ("ace", "the broker has a user ace")],
)
async def test_a_name_that_is_taken_or_malformed_makes_no_gateway(operating: Settings, name: str, reason: str) -> None:
    ending, needed, complaint = await acectl(operating, "gateways", "add", name, *WHY)
    assert (ending, needed) == (1, None)
    assert reason in complaint


async def test_whoever_is_no_gateway_is_not_removed(operating: Settings) -> None:
    ending, told, complaint = await acectl(operating, "gateways", "remove", "ace", *WHY)
    assert (ending, told) == (1, {"gateway": "ace", "removed": False})
    assert "no gateway ace" in complaint
    assert (await acectl(operating, "audit", "list"))[1] == []
