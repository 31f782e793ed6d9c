"""The form on a socket, to which tests write bytes."""

from collections.abc import AsyncIterator

import pytest

from shared.settings.processes import Settings
from tests.unit.gateway.http.wire import Wire, wired


@pytest.fixture(scope="module")
async def wire(settings: Settings) -> AsyncIterator[Wire]:
    async with wired(settings) as wire:
        yield wire
