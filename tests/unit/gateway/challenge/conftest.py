from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime

import pytest

from shared.settings.processes import Settings
from tests.support.browser import Browser
from tests.support.scripted_form import Form
from tests.unit.gateway.challenge.gate import Gate
from tests.unit.gateway.challenge.limits import Limits


@pytest.fixture
async def gate(form: Form, settings: Settings) -> AsyncIterator[Gate]:
    """The form with a real clock, because the library that checks solutions has its own."""
    desk = form.app.state.dependencies
    form.clock.at = datetime.now(UTC)
    form.awaiting_code()
    async with AsyncExitStack() as rooms:
        yield Gate(form, settings, rooms)
    form.app.state.dependencies = desk


@pytest.fixture
async def browser(gate: Gate) -> Browser:
    """The browser of somebody who is always prompted."""
    gate.prompts(challenge="always")
    return await gate.visitor()


@pytest.fixture
def limits(gate: Gate) -> Limits:
    """Intake asks everybody for verification, or to wait; nobody is prompted before."""
    gate.prompts(challenge="auto")
    return Limits(gate.form).apply()
