"""The gateway in docs/contracts.md completes an application with the real workers, without any of our code."""

import os
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

import pytest

from shared.security.keys import make_environment
from shared.settings.processes import Settings
from tests.contract import documented
from tests.support.mail_sink import MailSink
from tests.support.waiting import until


@pytest.fixture
def example() -> dict[str, Any]:
    return documented.names()


@pytest.fixture
def keys(example: dict[str, Any]) -> dict[str, str]:
    """The workers' keys, with the document's key ring for commands."""
    return {**make_environment(), "ACE_KEYS_COMMANDS": example["ring"]}


async def test_the_documented_gateway_gets_an_account(system: Settings, box: MailSink, example: dict[str, Any]) -> None:
    url = system.need("rabbitmq_url")
    start = uuid4()
    application = str(uuid5(start, "application"))

    async def send(kind: str, id: UUID, **fields: Any) -> tuple[str, dict[str, Any]]:
        now = {} if kind == "ask-outcome" else {"taken_at": datetime.now(UTC).isoformat()}
        tokens = {
            name: example["seal"](content, f"{kind}.v1/{name}/{application}", os.urandom(12))
            if isinstance(content, dict)
            else content
            for name, content in fields.items()
        }
        body = {"application_id": application, **now, **tokens}
        reply: tuple[str, dict[str, Any]] = await example["ask"](url, kind, id, body, wait=20)
        return reply

    async def account() -> list[str]:
        type_, outcome = await send("ask-outcome", uuid4(), command_id=str(start))
        return [outcome["account"]] if type_ == "application-status.v1" and outcome["state"] == "completed" else []

    request = example["request"] | {"company_name": "Acme Imports Inc"}
    type_, started = await send("start-application", start, request=request)
    assert type_ == "start-accepted.v1"
    hint = example["unseal"](started["sent_to"], f"start-accepted.v1/sent_to/{application}")
    assert hint == {"address": "p***@a***.example"}
    (email,) = await box.emails(1)
    type_, accepted = await send("check-code", uuid4(), code={"code": email.code})
    assert type_ == "code-accepted.v1"
    grant = example["unseal"](accepted["grant"], f"code-accepted.v1/grant/{application}")
    details = {
        "organizational_structure": "Corporation",
        "first_name": "Ada",
        "last_name": "Owner",
        "country": "US",
        "street_address": "1 Harbor Way",
        "city": "Long Beach",
        "state": "CA",
        "postal_code": "90802",
        "telephone": "562-555-0100",
        "authorized": True,
    }
    type_, _ = await send("submit-details", uuid4(), grant=grant, details=details)
    assert type_ == "details-taken.v1"
    assert await until(account)
