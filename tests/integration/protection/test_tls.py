"""The documented example of TLS: servers that take only clients with a certificate of our CA, and an application.

What our clients refuse: `tests/unit/security/test_tls.py`.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import aio_pika
import pytest
from yarl import URL

from embedded_servers.mongodb import MongoDB
from embedded_servers.rabbitmq import RabbitMQ
from embedded_servers.tls import Tls
from services.console.checks.brokers import check_broker
from services.console.checks.databases import check_database
from services.console.checks.mail import check_mail_server
from services.console.checks.verdict import Verdict
from services.console.output.exit_codes import Unavailable
from services.console.servers.management import open_management
from shared.contracts.state import State
from shared.messaging.amqp import BROKER_AWAY, explain_refusal
from shared.messaging.broker_admin import administer, declare, make_configuration
from shared.messaging.permissions import PERMISSIONS
from shared.settings.console import ManagementSettings
from shared.settings.groups import MailServerSettings
from shared.settings.processes import Settings
from shared.settings.production import find_risks
from shared.settings.risks import Risk
from shared.storage import database
from shared.storage.database import Database
from shared.storage.errors import Untrusted
from tests.support.applicant import ACME, reaches, start, submit, verify
from tests.support.certificates import Certificates, make_for_tests
from tests.support.gateway import connected_gateway
from tests.support.mail_sink import MailSink, mail_sink, serving_sink
from tests.support.records import store_importer
from tests.support.services import WIRES, working
from tests.support.settings import settings_with_keys

PASSWORD = "long-and-random"

REFUSED = {"nothing": "asks for a certificate of ours", "stranger": "does not accept our certificate"}
"""What a client shows of itself, and what it is told to do."""


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_for_tests(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def tls(certificates: Certificates) -> Tls:
    return Tls(certificates.find("ca"), certificates.find("server"), certificates.find("acectl"))


@pytest.fixture(scope="module")
def mongodb(tls: Tls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MongoDB]:
    with MongoDB(tmp_path_factory.mktemp("mongodb"), user="root", password=PASSWORD, tls=tls) as running:
        yield running


@pytest.fixture(scope="module")
def rabbitmq(tls: Tls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RabbitMQ]:
    folder, limits = tmp_path_factory.mktemp("rabbitmq"), make_configuration()
    with RabbitMQ(folder, user="root", password=PASSWORD, configuration=limits, tls=tls) as running:
        yield running


@pytest.fixture(params=["smtps", "smtp+starttls"])
async def mail_server(request: pytest.FixtureRequest, certificates: Certificates) -> AsyncIterator[MailSink]:
    async with serving_sink(MailSink(scheme=request.param, tls=certificates.serve())) as sink:
        yield sink


def show(certificates: Certificates, name: str, url: str) -> URL:
    """The URL of a broker or mail server, with which a program shows this certificate, or none."""
    own = {} if name == "nothing" else {"certfile": str(certificates.find(name))}
    return URL(url).with_query({"cafile": str(certificates.find("ca")), **own})


@pytest.mark.parametrize("name", REFUSED)
async def test_the_mail_server_takes_no_client_without_a_certificate_of_our_ca(
    name: str, mail_server: MailSink, certificates: Certificates
) -> None:
    url = show(certificates, name, mail_server.url)
    (check,) = await check_mail_server(MailServerSettings.model_validate({"smtp_url": str(url)}))
    assert check.verdict is Verdict.BAD
    assert "MAIL" not in mail_server.commands


async def test_the_mail_server_takes_a_client_with_a_certificate_of_our_ca(
    mail_server: MailSink, certificates: Certificates
) -> None:
    url = show(certificates, "code-mailer", mail_server.url)
    (check,) = await check_mail_server(MailServerSettings.model_validate({"smtp_url": str(url)}))
    assert check.verdict is Verdict.OK, check.says


async def test_no_code_leaves_in_clear_where_starttls_is_missing(certificates: Certificates) -> None:
    async with mail_sink() as plain:
        url = show(certificates, "code-mailer", f"smtp+starttls://127.0.0.1:{plain.port}")
        (check,) = await check_mail_server(MailServerSettings.model_validate({"smtp_url": str(url)}))
    assert check.verdict is Verdict.BAD
    assert plain.commands == ["CONNECT", "EHLO"]


@pytest.mark.parametrize(
    "options", ["", "&tls=true&tlsCAFile={ca}", "&tls=true&tlsCAFile={ca}&tlsCertificateKeyFile={stranger}"]
)
async def test_the_database_takes_no_client_without_a_certificate_of_our_ca(
    options: str, mongodb: MongoDB, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "SELECTION_MS", 300)
    files = {"ca": certificates.find("ca"), "stranger": certificates.find("stranger")}
    found = Database(f"mongodb://root:{PASSWORD}@{mongodb.host}/?directConnection=true{options.format(**files)}", "ace")
    with pytest.raises(Untrusted, match="closes every new connection: give ACE_MONGODB_URL the TLS"):
        await found.ping()
    await found.close()


@pytest.mark.full
@pytest.mark.parametrize("name", REFUSED)
async def test_the_broker_takes_no_client_without_a_certificate_of_our_ca(
    name: str, rabbitmq: RabbitMQ, certificates: Certificates
) -> None:
    url = str(show(certificates, name, rabbitmq.url))
    with pytest.raises(BROKER_AWAY) as refused:
        await aio_pika.connect(url)
    assert REFUSED[name] in explain_refusal(refused.value)
    settings = ManagementSettings(rabbitmq_url=url, rabbitmq_management_url=rabbitmq.management_url)
    async with open_management(settings) as management:
        assert management is not None
        with pytest.raises(Unavailable, match=REFUSED[name]):
            await management.list_nodes()


@pytest.mark.full
async def test_the_broker_takes_no_plain_client(rabbitmq: RabbitMQ) -> None:
    with pytest.raises(BROKER_AWAY):
        await aio_pika.connect(f"amqp://root:{PASSWORD}@127.0.0.1:{rabbitmq.port}/")


@pytest.mark.full
async def test_an_application_is_completed_over_tls_alone(
    rabbitmq: RabbitMQ, mongodb: MongoDB, mail_server: MailSink, certificates: Certificates, tmp_path: Path
) -> None:
    await declare(rabbitmq.url)
    await administer(rabbitmq.management_url, rabbitmq.url, dict.fromkeys(PERMISSIONS, PASSWORD))

    def configure(program: str) -> Settings:
        broker = show(certificates, program, rabbitmq.url).with_user(program).with_password(PASSWORD)
        own = certificates.find(program)
        return shared.model_copy(
            update={
                "rabbitmq_url": broker,
                "mongodb_url": mongodb.url.replace(str(certificates.find("acectl")), str(own)),
                "smtp_url": show(certificates, program, mail_server.url),
            }
        )

    shared = settings_with_keys(
        rabbitmq_url=rabbitmq.url, mongodb_url=mongodb.url, mongodb_database=f"test-{tmp_path.name}", data_dir=tmp_path
    )
    await store_importer(shared, ACME.importer_number, ACME.company_name, "poc@acme.example")
    async with AsyncExitStack() as stack:
        for service in WIRES:
            settings = configure(service)
            assert not {Risk.PLAIN_AMQP, Risk.PLAIN_MONGODB, Risk.PLAIN_SMTP} & {
                finding.risk for finding in find_risks(settings)
            }
            await stack.enter_async_context(working(settings, [service]))
        gateway = await stack.enter_async_context(connected_gateway(configure("gateway")))
        started = await start(gateway)
        await submit(started, gateway, await verify(started, gateway, mail_server))
        await reaches(started, gateway, State.COMPLETED)
        management = {"rabbitmq_management_url": rabbitmq.management_url}
        settings = configure("acectl").model_copy(update={**management, "rabbitmq_url": rabbitmq.url})
        seen = [*await check_broker(settings), *await check_database(settings), *await check_mail_server(settings)]
        assert not [check for check in seen if check.verdict is Verdict.BAD]
