"""Every queue has one service that consumes it, and that service wires a handler for it."""

import re
from collections import Counter
from collections.abc import Callable
from importlib import import_module
from typing import Any
from unittest.mock import Mock

import pytest

from shared.contracts import catalogue
from shared.contracts.message import Message
from shared.messaging import topology
from shared.messaging.broker_limits import POLICIES
from shared.messaging.handler import Handler
from shared.messaging.permissions import PERMISSIONS
from shared.messaging.topology import SERVICE_OF, WORK_QUEUES, WORKERS
from shared.settings.processes import PROCESSES
from tests.architecture.sources import ROOT
from tests.support.settings import settings_with_keys


class Recorder:
    """Stands in for a worker and records what is wired, without broker, database or other settings."""

    def __init__(self, service: str) -> None:
        self.settings = PROCESSES[service].model_validate(vars(settings_with_keys(smtp_url="smtp://localhost:25")))
        self.database = self.publisher = Mock()
        self.user = service
        self.taken: list[type[Message]] = []
        self.measures: list[Any] = []

    def takes(self, message: type[Message], *_how: Any, **_more: Any) -> Callable[[Any], Any]:
        self.taken.append(message)
        return lambda step: step

    def handle(self, handler: Handler[Any, Any, Any], _store: Any) -> None:
        self.taken.append(handler.message)

    def close_at_end(self, _close: Any) -> None:
        """Is not what this is about."""

    def repeat(self, *_chore: Any) -> None:
        pass


def wired(service: str) -> list[type[Message]]:
    recorder = Recorder(service)
    app = import_module(f"services.{SERVICE_OF.get(service, service)}.app")
    wire = f"wire_{service.replace('-', '_')}" if service in SERVICE_OF else "wire"
    getattr(app, wire)(recorder)
    return recorder.taken


def test_every_message_has_a_queue_and_every_queue_one_name() -> None:
    messages = {queue.message for queue in WORK_QUEUES}
    assert messages == {*catalogue.COMMANDS, *catalogue.QUERIES, *catalogue.EVENTS}
    names = Counter(binding.queue for binding in topology.BINDINGS)
    assert set(names.values()) == {1}


def test_no_queue_leaves_its_delivery_limit_to_the_broker() -> None:
    limited = [policy.pattern for policy in POLICIES if "delivery-limit" in policy.definition]
    assert [
        binding.queue
        for binding in topology.BINDINGS
        if sum(bool(re.search(pattern, binding.queue)) for pattern in limited) != 1
    ] == []


@pytest.mark.parametrize("service", WORKERS)
def test_a_service_wires_a_step_for_each_of_its_queues_and_for_no_other(service: str) -> None:
    assert Counter(wired(service)) == Counter(queue.message for queue in WORK_QUEUES if queue.program == service)


def test_every_service_that_wires_steps_is_in_the_topology() -> None:
    apps = ROOT.glob("services/*/app.py")
    services = {app.parent.name for app in apps if "def wire" in app.read_text()}
    assert services == {SERVICE_OF.get(program, program) for program in WORKERS}


@pytest.mark.parametrize("service", [*WORKERS, "gateway"])
def test_a_services_broker_user_reads_its_own_queues_and_no_other(service: str) -> None:
    readable = re.compile(PERMISSIONS[service].read)
    queues = {binding.queue for binding in topology.BINDINGS}
    own = {queue.name for queue in WORK_QUEUES if queue.program == service}
    assert {queue for queue in queues if readable.search(queue)} == own


def test_a_message_has_one_queue() -> None:
    """What it led to is remembered by its id, so a second service would publish the first one's follow-ups."""
    messages = [queue.message for queue in WORK_QUEUES]
    assert len(messages) == len(set(messages))


def test_a_withdrawal_is_tried_at_least_as_often_as_the_code_email_that_it_stops() -> None:
    slowest = {queue.name: queue.recovery.delays[-1].delay for queue in WORK_QUEUES if queue.recovery.delays}
    assert slowest["notifier.withdraw-code"] <= slowest["notifier.send-code"]
