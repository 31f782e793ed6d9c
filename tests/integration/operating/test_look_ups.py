"""Operators who look somebody up with acectl leave a trace of it."""

from dataclasses import replace
from uuid import uuid4

import aio_pika

from shared.settings.processes import Settings
from tests.integration.operating.test_operating import EMAILS, acectl
from tests.support import applications
from tests.support.applicant import ACME
from tests.support.broker import Broker
from tests.support.records import opened, store_importer


async def test_whoever_looks_somebody_up_is_in_the_audit_before_anything_is_shown(
    settings: Settings, broker: Broker
) -> None:
    number = "07-1234567AB"
    application = replace(applications.begun(uuid4()), request="k1.sealed", importer="one")
    async with opened(settings) as database:
        await database.applications.save(application)
    await store_importer(settings, number, ACME.company_name, "poc@acme.example")
    headers = {"ace-application": str(application.id), "ace-reason": "a reason"}
    dead = await broker.channel.get_exchange("ace.dead", ensure=False)
    await dead.publish(aio_pika.Message(b"{}", message_id="one", headers={**headers}), f"{EMAILS}.dead")
    looks = {
        ("dead", "show", "one"): ("dead letter", "by its id one", application.reference),
        ("applications", "find", number): ("application", "by importer **-*****67AB", None),
        ("applications", "find", "nobody@acme.example"): ("application", "by email n***@acme.example", None),
        ("applications", "show", application.reference): (
            "application",
            f"by its name {application.reference}",
            application.reference,
        ),
        ("importers", "show", number): ("importer", "by importer **-*****67AB", None),
        ("limits", "show", "--address", "nobody@acme.example"): ("limits", "by n***@acme.example", None),
    }
    for command in looks:
        await acectl(settings, *command, "--as", "vera")
    _, audit, _ = await acectl(settings, "audit", "list")
    assert {(entry["who"], entry["action"]) for entry in audit} == {("vera", "look-up")}
    assert [(entry["type"], entry["cause"], entry["reference"]) for entry in reversed(audit)] == [*looks.values()]
