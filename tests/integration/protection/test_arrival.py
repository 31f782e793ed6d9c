"""The broker says when a message arrived, and nobody else: on its first way, after a wait, and after a replay."""

import aio_pika
from yarl import URL

from shared.messaging import headers, topology
from shared.messaging.broker_admin import administer
from shared.messaging.permissions import PERMISSIONS
from shared.messaging.stamp_proof import overwrites_stamps
from shared.messaging.topology import WORKERS
from tests.support.operators import make_operator
from tests.support.servers import Servers

PASSWORD = "of this test"
FORGED = {headers.STAMP: 5, headers.ARRIVED: 5, headers.ORIGIN: "gateway", headers.PUBLISHED_AT: "2020-01-01T00:00:00Z"}


async def test_every_worker_and_an_operator_can_prove_that_a_forged_stamp_is_overwritten(
    rabbitmq_url: str, running: Servers
) -> None:
    await administer(running.management_url, rabbitmq_url, dict.fromkeys(PERMISSIONS, PASSWORD))
    users = [URL(rabbitmq_url).with_user(program).with_password(PASSWORD) for program in WORKERS]
    operator = await make_operator(running, rabbitmq_url)
    for user, exchange in [*((user, topology.EVENTS) for user in users), (operator, topology.REPLAY)]:
        async with await aio_pika.connect(str(user)) as connection:
            assert await overwrites_stamps(connection, exchange)
