"""A guest at the details page."""

import pytest

from tests.browser.stage.guest import Guest


@pytest.fixture
async def at_details(guest: Guest) -> None:
    await guest.at_details()
