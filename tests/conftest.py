"""Starts servers once per session, and gives each test its own virtual host and database.

Property tests try a few examples, always the same, so that a red build has one cause. `make test-full` tries more, and
new ones each time: ``--hypothesis-profile=full``.
`make fuzz` tries as many as take minutes: ``--hypothesis-profile=fuzz``.
"""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from shared.security.keys import make_environment
from shared.settings.processes import Settings
from tests.support.broker import Broker, looking_into
from tests.support.gateway import Gateway, connected_gateway
from tests.support.mail_sink import MailSink, mail_sink
from tests.support.records import store_importer
from tests.support.scripted_form import Backstage, Form, staged, visited
from tests.support.servers import Servers, find_hindrance, servers, virtual_host
from tests.support.services import working
from tests.support.settings import settings_with_keys

hypothesis_settings.register_profile(
    "every-build", deadline=None, derandomize=True, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.register_profile(
    "full", deadline=None, max_examples=600, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
hypothesis_settings.register_profile(
    "fuzz", deadline=None, max_examples=3_000, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
hypothesis_settings.load_profile("every-build")

SLOW = ("properties", "integration", "endtoend", "chaos")
"""Folders whose files run first, in this order. If one ran last, a single process would be busy alone."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    tests = Path(__file__).parent

    def rank(item: pytest.Item) -> int:
        folder = item.path.relative_to(tests).parts[0] if item.path.is_relative_to(tests) else ""
        return SLOW.index(folder) if folder in SLOW else len(SLOW)

    items.sort(key=rank)


def pytest_report_header() -> str:
    hindrance = find_hindrance()
    return f"servers: embedded, because {hindrance}" if hindrance else "servers: containers"


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    with servers(tmp_path_factory.mktemp("servers")) as found:
        yield found


@pytest.fixture(scope="session")
def mongodb_url(running: Servers) -> str:
    return running.mongodb_url


@pytest.fixture
async def rabbitmq_url(running: Servers) -> AsyncIterator[str]:
    async with virtual_host(running) as url:
        yield url


@pytest.fixture(scope="session")
def keys() -> dict[str, str]:
    return make_environment()


@pytest.fixture
def database_settings(mongodb_url: str, keys: dict[str, str], tmp_path: Path) -> Settings:
    """Settings for a test that needs no broker. A virtual host takes longer to make than most of them."""
    return settings_with_keys(
        keys,
        mongodb_url=mongodb_url,
        mongodb_database=f"test-{uuid4().hex[:8]}",
        smtp_url="smtp://127.0.0.1:9",
        data_dir=tmp_path,
    )


@pytest.fixture
def settings(database_settings: Settings, rabbitmq_url: str) -> Settings:
    """Settings for this test's services."""
    return Settings.model_validate({**vars(database_settings), "rabbitmq_url": rabbitmq_url})


@pytest.fixture
async def box() -> AsyncIterator[MailSink]:
    async with mail_sink() as found:
        yield found


@pytest.fixture
async def system(settings: Settings, box: MailSink) -> AsyncIterator[Settings]:
    """All four workers, and one importer record."""
    settings = settings.model_copy(update={"smtp_url": box.url})
    await store_importer(settings, "12-3456789AB", "Acme Imports Inc.", "poc@acme.example")
    async with working(settings):
        yield settings


@pytest.fixture
async def gateway(system: Settings) -> AsyncIterator[Gateway]:
    async with connected_gateway(system) as found:
        yield found


@pytest.fixture
async def broker(rabbitmq_url: str) -> AsyncIterator[Broker]:
    async with looking_into(rabbitmq_url) as found:
        yield found


@pytest.fixture(scope="session")
def form_settings() -> Settings:
    """Settings of a form that needs no server."""
    return settings_with_keys(rate_limit="off")


@pytest.fixture(scope="session")
def backstage(form_settings: Settings) -> Backstage:
    """The form in front of scripted workers, created once because templates take a while to compile."""
    return staged(form_settings)


@pytest.fixture
async def form(backstage: Backstage) -> AsyncIterator[Form]:
    """The same with a person who has just arrived."""
    async with visited(backstage) as form:
        yield form
