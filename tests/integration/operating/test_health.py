"""The health line follows a real system within seconds."""

from functools import partial

import aio_pika

from services.console.checks.verdict import Verdict
from services.console.health.judge import judge_health
from services.console.health.observer import observe
from shared.settings.processes import Settings
from tests.integration.operating.test_operating import EMAILS
from tests.support.applicant import ACME, start
from tests.support.broker import Broker
from tests.support.gateway import connected_gateway
from tests.support.mail_sink import MailSink
from tests.support.records import store_importer
from tests.support.servers import Servers
from tests.support.services import working
from tests.support.waiting import until


async def test_the_health_line_follows_the_system_within_seconds(
    settings: Settings, running: Servers, broker: Broker, box: MailSink
) -> None:
    await store_importer(settings, ACME.importer_number, ACME.company_name, "poc@acme.example")
    mailed = settings.model_copy(update={"smtp_url": box.url, "rabbitmq_management_url": running.management_url})

    async with observe(mailed, peek=True) as observer:

        async def is_said(verdict: Verdict | None, part: str) -> bool:
            found = judge_health(await observer.look())
            return verdict in [each.verdict for each in found.parts if each.name == part]

        async with working(mailed) as workers, connected_gateway(mailed) as gateway:
            for worker in workers:
                await until(worker.is_ready)
            for part in ("broker", "database", "mail", "form", "workers", "keys", "stamps", "people"):
                await until(partial(is_said, Verdict.OK, part))
            box.answers["DATA"] = "451 4.7.1 come back later"
            await start(gateway)
            await until(lambda: is_said(Verdict.WARN, "mail"))
        assert await is_said(Verdict.BAD, "workers")
        await until(lambda: is_said(Verdict.BAD, "form"))
        await broker.channel.default_exchange.publish(aio_pika.Message(b"x"), f"{EMAILS}.dead")
        await until(lambda: is_said(Verdict.WARN, "dead letters"))
