"""Plausible bugs in how lateness is judged."""

from contextlib import AbstractContextManager
from datetime import datetime
from unittest import mock

from services.verifier import steps as verifier
from shared.contracts.state import State
from shared.domain.application import Application

Patch = AbstractContextManager[object]


def a_code_never_expires() -> Patch:
    def entered_at(_taken_at: datetime, _arrived_at: datetime, earliest: datetime) -> datetime:
        return earliest

    return mock.patch.object(verifier, "clamp_entry_time", entered_at)


def a_gateway_is_believed_however_long_ago_it_says_that_it_was() -> Patch:
    def entered_at(taken_at: datetime, arrived_at: datetime, earliest: datetime) -> datetime:
        return max(earliest, min(taken_at, arrived_at))

    return mock.patch.object(verifier, "clamp_entry_time", entered_at)


def what_the_sweep_closed_stays_closed() -> Patch:
    def is_in(application: Application, state: State, _now: datetime) -> bool:
        return application.state is state

    return mock.patch.object(Application, "is_in", is_in)
