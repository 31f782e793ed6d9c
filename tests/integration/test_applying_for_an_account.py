"""The main job through the real broker, database and mail server, with workers in this process."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from services.intake.app import wire as wire_intake
from services.notifier.app import wire as wire_notifier
from services.provisioner.app import wire as wire_provisioner
from services.verifier.app import wire as wire_verifier
from shared.contracts.replies import CodeAccepted, DetailsTaken, Outcome, Refused, StartAccepted
from shared.contracts.sealed import AccountRequest
from shared.domain.problem import Problem
from shared.domain.state import State
from shared.settings import Settings
from shared.worker import Worker
from tests.integration.asking import Asker, asker
from tests.integration.records import store_importer
from tests.mailbox import Mailbox, mailbox, text_of

WIRES = {
    "intake": wire_intake,
    "verifier": wire_verifier,
    "provisioner": wire_provisioner,
    "notifier": wire_notifier,
}
REQUEST = AccountRequest(
    company_name="acme imports, incorporated", importer_number="12-3456789AB", email="Ada@Acme.example"
)


@pytest.fixture
async def box() -> AsyncIterator[Mailbox]:
    async with mailbox() as found:
        yield found


@pytest.fixture
async def gateway(settings: Settings, box: Mailbox) -> AsyncIterator[Asker]:
    settings = settings.model_copy(update={"smtp_url": box.url})
    async with AsyncExitStack() as stack:
        for service, wire in WIRES.items():
            worker = Worker(service, settings)
            wire(worker)
            await worker.database.ensure_indexes()
            await stack.enter_async_context(worker.working())
        await store_importer(settings, "12-3456789AB", "Acme Imports Inc.", "poc@acme.example")
        yield await stack.enter_async_context(asker(settings))


def code_in(text: str) -> str:
    found = re.search(r"(?<!ACE-)\b([0-9A-Z]{4}-[0-9A-Z]{4})\b", text, re.MULTILINE)
    assert found, text
    return found[1]


async def test_an_importer_applies_and_gets_an_account(gateway: Asker, box: Mailbox) -> None:
    start, start_id = gateway.start(REQUEST)
    application = start.application_id
    started = await gateway.ask(start, start_id)
    assert isinstance(started, StartAccepted)

    (letter,) = await box.letters(1)
    assert letter["To"] == "poc@acme.example"
    code = code_in(text_of(letter))

    wrong = await gateway.ask(gateway.code(application, "0000-0000"))
    assert isinstance(wrong, Refused)
    assert (wrong.problem, wrong.tries_left) == (Problem.CODE_WRONG, 4)
    accepted = await gateway.ask(gateway.code(application, code.lower()))
    assert isinstance(accepted, CodeAccepted)

    taken = await gateway.ask(gateway.details(application, gateway.granted(accepted)))
    assert isinstance(taken, DetailsTaken)
    letters = await box.letters(4)
    assert {message["To"] for message in letters[1:]} == {"ada@acme.example", "poc@acme.example"}
    outcome = await gateway.ask(gateway.outcome(application, start_id))
    assert isinstance(outcome, Outcome)
    assert outcome.state in (State.PROVISIONED, State.COMPLETED)
    assert outcome.account
