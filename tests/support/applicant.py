"""What the requester and the point of contact do, for tests that do not care how."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.message import Command
from shared.contracts.problem import Problem
from shared.contracts.replies import ApplicationStatus, CodeAccepted, DetailsTaken, Refused, StartAccepted
from shared.contracts.sealed import AccountRequest
from shared.contracts.state import State
from shared.domain import reference
from tests.support.gateway import Gateway
from tests.support.mail_sink import MailSink
from tests.support.waiting import until

ACME = AccountRequest(
    company_name="acme imports, incorporated", importer_number="12-3456789AB", email="Ada@Acme.example"
)


@dataclass(frozen=True)
class Started:
    """An application that a requester began."""

    application: UUID
    command: UUID


async def start(gateway: Gateway, request: AccountRequest = ACME) -> Started:
    """Starts an application that is accepted."""
    command, id = gateway.start(request)
    reply = await gateway.ask(command, id)
    assert isinstance(reply, StartAccepted), reply
    return Started(command.application_id, id)


async def code_for(started: Started, box: MailSink) -> str:
    """An application's code, as the point of contact reads it in the email with its reference."""
    name = reference.derive(started.application)

    async def there() -> list[str]:
        return [code for code in [box.code_for(name)] if code]

    return (await until(there))[0]


async def verify(started: Started, gateway: Gateway, box: MailSink) -> str:
    """Enters the right code; returns the grant."""
    reply = await gateway.ask(gateway.code(started.application, await code_for(started, box)))
    assert isinstance(reply, CodeAccepted), reply
    return gateway.granted(reply)


async def submit(started: Started, gateway: Gateway, grant: str) -> None:
    """Submits the details."""
    reply = await gateway.ask(gateway.details(started.application, grant))
    assert isinstance(reply, DetailsTaken), reply


async def refusal(gateway: Gateway, command: Command, id: UUID | None = None, **changes: Any) -> Problem:
    """Why a command is refused."""
    reply = await gateway.ask(command, id, **changes)
    assert isinstance(reply, Refused), reply
    return reply.problem


async def emailed(started: Started, gateway: Gateway, kind: EmailKind, status: EmailStatus) -> None:
    """Waits until an email of an application is so far."""

    async def there() -> bool:
        return (await outcome(gateway, started)).emails.get(kind) is status

    await until(there, within=60)


async def reaches(started: Started, gateway: Gateway, *states: State) -> ApplicationStatus:
    """Waits until an application is in one of these states."""

    async def there() -> list[ApplicationStatus]:
        found = await outcome(gateway, started)
        return [found] if found.state in states else []

    return (await until(there))[0]


async def outcome(gateway: Gateway, started: Started) -> ApplicationStatus:
    """The status of an application."""
    reply = await gateway.ask(gateway.outcome(started.application, started.command))
    assert isinstance(reply, ApplicationStatus)
    return reply
