"""No personal data is in the clear in a queue, in the database or in a log (invariant 6)."""

import json

import pytest

from shared.contracts.state import State
from shared.domain.fields import email_address
from shared.settings.processes import Settings
from tests.support.applicant import ACME, code_for, reaches, start, submit, verify
from tests.support.broker import Broker
from tests.support.gateway import DETAILS, Gateway
from tests.support.mail_sink import MailSink
from tests.support.records import stored

COLLECTIONS = ("applications", "importers", "portal_users", "top_accounts", "importer_views", "limits")


async def test_queues_database_and_logs_hold_no_personal_data_in_the_clear(
    gateway: Gateway, box: MailSink, system: Settings, broker: Broker, capsys: pytest.CaptureFixture[str]
) -> None:
    tapped = await broker.tap("ace.commands", "ace.events")
    started = await start(gateway)
    code = await code_for(started, box)
    await gateway.ask(gateway.code(started.application, "0000-0000"))
    await submit(started, gateway, await verify(started, gateway, box))
    await reaches(started, gateway, State.COMPLETED)

    messages = [message async for message in broker.drain(tapped)]
    assert {message.type for message in messages} >= {"start-application.v1", "code-issued.v1", "email-due.v1"}
    seen = [message.body.decode() + json.dumps(message.headers, default=str) for message in messages]
    seen += [repr(document) for name in COLLECTIONS for document in await stored(system, name)]
    seen.append(capsys.readouterr().out)
    personal = [
        ACME.importer_number,
        ACME.importer_number.replace("-", ""),
        ACME.email,
        "poc@acme.example",
        email_address.mask("poc@acme.example"),
        email_address.make_hint("poc@acme.example"),
        "Pat Contact",
        DETAILS.last_name,
        DETAILS.telephone,
        DETAILS.street_address,
        code,
        code.replace("-", ""),
    ]
    found = [datum for datum in personal for text in seen if datum.lower() in text.lower()]
    assert not found
