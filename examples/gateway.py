"""A gateway on the command line: asks a person for everything, and completes an application.

ACE_RABBITMQ_URL and ACE_KEYS_COMMANDS are what `acectl gateways add` prints. ``python examples/gateway.py``
"""

import asyncio
import os
import secrets
import sys
from datetime import UTC, datetime
from uuid import UUID, uuid4

from ace_gateway_client import (
    AccountRequest,
    ApplicationStatus,
    CodeAccepted,
    Command,
    CommandBuilder,
    GatewayClient,
    Grant,
    KeyRing,
    NotSent,
    NotYet,
    Problem,
    Refused,
    Reply,
    StartAccepted,
    State,
    TypedDetails,
    derive_command_id,
)

OWN_KEY = secrets.token_bytes(32)  # makes ids of what was entered; a web gateway keeps its own
AUTHORIZATION = "2026-11"
WORDING = (
    "By selecting this box I am verifying that I am legally authorized to bind my company to the ACE Secure Data "
    "Portal and its terms and conditions. (electronic signature)"
)
DETAILS: tuple[str, ...] = ("organizational_structure", "first_name", "last_name", "country", "street_address", "city")
DETAILS += ("state", "postal_code", "telephone")
PATIENCE = 120  # seconds to wait for what the workers do


class Session:
    """One person's application."""

    def __init__(self, client: GatewayClient, builder: CommandBuilder) -> None:
        self.client = client
        self.builder = builder
        self.start_id = uuid4()
        self.application_id = uuid4()

    async def deliver(self, command: Command, id: UUID) -> Reply:
        """Sends a command until it is answered: under one id it is done once, however often it comes."""
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    reply = await self.client.send(command, id)
                except (NotSent, TimeoutError):
                    print("Nobody answers yet. Trying again.", file=sys.stderr)
                else:
                    if not isinstance(reply, NotYet):
                        return reply
                await asyncio.sleep(1)

    async def start(self) -> Refused | None:
        """Page 1, until the code is on its way."""
        entered = {
            "company_name": ask("Company name"),
            "importer_number": ask("Importer record number"),
            "email": ask("Your email address"),
        }
        self.start_id = derive_command_id(uuid4(), OWN_KEY, entered)
        request = AccountRequest(**entered)
        command = self.builder.start_application(self.start_id, request, datetime.now(UTC))
        self.application_id = command.application_id
        reply = await self.deliver(command, self.start_id)
        if isinstance(reply, StartAccepted):
            hint = self.builder.open_hint(reply) or "the point of contact, if both match a record"
            print(f"{reply.reference}: a code goes to {hint}.", flush=True)
        return reply if isinstance(reply, Refused) else None

    async def enter_codes(self) -> Grant | Refused:
        """Page 2, until a code is right."""
        while True:
            entered = {"code": ask("Code")}
            command = self.builder.check_code(self.application_id, entered["code"], datetime.now(UTC))
            reply = await self.deliver(command, derive_command_id(uuid4(), OWN_KEY, entered))
            if isinstance(reply, CodeAccepted):
                return self.builder.open_grant(reply)
            if not isinstance(reply, Refused):
                raise TypeError(reply.TYPE)
            if reply.problem is not Problem.CODE_WRONG:
                return reply
            print(f"That is not the code. Tries left: {reply.tries_left}.", flush=True)

    async def submit(self, grant: Grant) -> Refused | None:
        """Pages 3 and 4. The authorization's words are not ours to change."""
        entered = {name: ask(name.replace("_", " ").capitalize()) for name in DETAILS}
        print(WORDING)
        agreed = ask("Do you agree? (yes)") == "yes"
        details = TypedDetails(**entered, authorized=agreed, authorization=AUTHORIZATION)
        command = self.builder.submit_details(self.application_id, grant, details, datetime.now(UTC))
        reply = await self.deliver(command, derive_command_id(uuid4(), OWN_KEY, entered))
        return reply if isinstance(reply, Refused) else None

    async def wait_for_account(self) -> ApplicationStatus | Refused:
        """Waits until the account is there, its emails are sent, or it is refused."""
        over = (State.COMPLETED, State.REJECTED)
        return await self.client.ask_until(
            lambda said: said.state in over, self.application_id, self.start_id, PATIENCE
        )


def ask(question: str) -> str:
    """What a person enters."""
    print(f"{question}: ", end="", flush=True)
    return sys.stdin.readline().strip()


async def main() -> int:
    """From page 1 to the account. Returns 1 if it was refused."""
    builder = CommandBuilder(KeyRing.parse(os.environ["ACE_KEYS_COMMANDS"]))
    async with GatewayClient(os.environ["ACE_RABBITMQ_URL"], app_id="example") as client:
        session = Session(client, builder)
        if refused := await session.start():
            return tell(refused)
        grant = await session.enter_codes()
        if isinstance(grant, Refused):
            return tell(grant)
        if refused := await session.submit(grant):
            return tell(refused)
        status = await session.wait_for_account()
    if isinstance(status, Refused) or not status.account:
        return tell(status)
    print(f"Account {status.account} of {builder.open_account_name(status)}: {status.state}.")
    return 0


def tell(refused: Refused | ApplicationStatus) -> int:
    """Says why not. A web page words it; docs/contracts.md says how."""
    fields = refused.fields if isinstance(refused, Refused) else None
    print(f"Refused: {refused.problem}. {fields or ''}")
    return 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
