"""Processors of messages, and an application."""

import pytest

from shared.contracts.events import EmailDue
from tests.unit.messaging.rig import Rig


@pytest.fixture
def rig(monkeypatch: pytest.MonkeyPatch) -> Rig:
    return Rig(monkeypatch)


@pytest.fixture
def emails(monkeypatch: pytest.MonkeyPatch) -> Rig:
    """The processor of email-due."""
    return Rig(monkeypatch, EmailDue)
