"""A sound world for each test, to break in one place."""

import pytest

from tests.unit.chaos.world import World


@pytest.fixture
def world() -> World:
    return World()
