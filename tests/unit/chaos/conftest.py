"""A valid case for each test to break in one place."""

import pytest

from tests.unit.chaos.case import Case


@pytest.fixture
def case() -> Case:
    return Case()
