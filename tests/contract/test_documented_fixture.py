"""The fixture in docs/testing-against-it.md gives a gateway of others the real system, in containers."""

import asyncio
import subprocess
from typing import Any

import pytest

from shared.contracts.replies import CodeAccepted, DetailsTaken, StartAccepted
from shared.contracts.sealed import AccountRequest
from tests.architecture.sources import ROOT
from tests.contract import documented
from tests.support.gateway import connected_gateway
from tests.support.servers import find_hindrance
from tests.support.settings import settings_with_keys

pytestmark = pytest.mark.full

PAGE = documented.names(documented.TESTING)
PAGE["CHECKOUT"] = ROOT
real_system = PAGE["real_system"]


@pytest.fixture(scope="session", autouse=True)
def engine() -> None:
    """Skips where no Docker engine answers, before the page's fixture asks it."""
    if hindrance := find_hindrance():
        pytest.skip(hindrance)
    if subprocess.run(["docker", "compose", "version"], check=False, capture_output=True).returncode:  # noqa: S607
        pytest.skip("docker has no Compose")


async def test_a_gateway_of_others_gets_an_account_from_the_documented_fixture(real_system: Any) -> None:
    settings = settings_with_keys({"ACE_KEYS_COMMANDS": real_system.key_ring}, rabbitmq_url=real_system.broker_url)
    request = AccountRequest(
        company_name="Harbor Lights Imports LLC", importer_number="07-1234567AB", email="ada@kiosk.example"
    )
    async with connected_gateway(settings) as gateway:
        assert gateway.user == "kiosk"
        start, id = gateway.start(request)
        started = await gateway.ask(start, id)
        assert isinstance(started, StartAccepted)
        code = await asyncio.to_thread(PAGE["wait_for_code"], real_system.inbox, started.reference)
        accepted = await gateway.ask(gateway.code(start.application_id, code))
        assert isinstance(accepted, CodeAccepted)
        details = gateway.details(start.application_id, gateway.granted(accepted))
        assert isinstance(await gateway.ask(details), DetailsTaken)
