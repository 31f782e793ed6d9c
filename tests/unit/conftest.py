"""The processor of check-code, and an application."""

import pytest

from tests.unit.messaging.rig import Rig


@pytest.fixture
def rig(monkeypatch: pytest.MonkeyPatch) -> Rig:
    return Rig(monkeypatch)
