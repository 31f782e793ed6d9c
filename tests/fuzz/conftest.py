"""The form in front of scripted workers."""

from collections.abc import AsyncIterator

import pytest

from shared.settings.processes import Settings
from tests.support.scripted_form import Backstage, Form, staged, visited
from tests.support.settings import settings_with_keys


@pytest.fixture(scope="session")
def form_settings() -> Settings:
    return settings_with_keys(rate_limit="off")


@pytest.fixture(scope="session")
def backstage(form_settings: Settings) -> Backstage:
    return staged(form_settings)


@pytest.fixture
async def form(backstage: Backstage) -> AsyncIterator[Form]:
    async with visited(backstage) as form:
        yield form
