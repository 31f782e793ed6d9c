"""The form in front of scripted workers, with a person and what they type."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
from starlette.applications import Starlette

from services.gateway.app import create
from services.gateway.journey.progress import Waits
from shared.contracts.commands import AbandonApplication, CheckCode, StartApplication, SubmitDetails
from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.message import Reply
from shared.contracts.replies import ApplicationAbandoned, CodeAccepted, DetailsTaken, StartAccepted
from shared.contracts.sealed import AddressHint, Grant
from shared.contracts.state import State
from shared.domain import reference
from shared.security.sealing import Sealer, name_context
from shared.settings.loading import load_key_ring
from shared.settings.processes import Settings
from tests.support.browser import Browser, Page
from tests.support.clock import Clock
from tests.support.scripted_workers import Workers


def request(company: str, number: str, email: str) -> dict[str, str]:
    """Page 1, by its labels."""
    return {
        "*Company Name": company,
        "*Importer Record Number (IR#)": number,
        "*Business Email Address (Account Owner Login Email)": email,
    }


REQUEST = request("Acme Imports Inc", "12-345678900", "Jane.Doe@example.com")
COMPANY, NUMBER, EMAIL = REQUEST
CODE = {"*Verification Code": "ABCD-EFGH"}
DETAILS = {
    "*Company Organizational Structure": "Corporation",
    "Account's Fiscal Year End Date": "12/31/2026",
    "DUNS#": "123456789",
    "Company Website": "www.acme.example",
    "*Account Owner First Name": "Jane",
    "Account Owner Middle Name": "Quincy",
    "*Account Owner Last Name": "Doe",
    "*Country": "United States",
    "*Street Address": "1 Main Street",
    "*City": "Springfield",
    "State": "Illinois",
    "*Zip Code": "62701",
    "*Telephone Number": "217-555-0123",
}
AUTHORIZATION = (
    "By selecting this box I am verifying that I am legally authorized to bind my company to the ACE Secure Data "
    "Portal and its terms and conditions. (electronic signature)"
)
SIGNED = DETAILS | {AUTHORIZATION: "yes"}
BEGINS = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


@dataclass
class Backstage:
    """The form's application, with workers that behave normally until told otherwise."""

    app: Starlette
    workers: Workers
    clock: Clock
    commands: Sealer

    def begin(self) -> None:
        """Resets everything, as if nobody had been here."""
        self.workers.forget()
        self.clock.at = BEGINS
        self.app.state.dependencies.progress.paces.clear()
        self.accept_start()
        self.workers.on(SubmitDetails, DetailsTaken)
        self.workers.on(AbandonApplication, ApplicationAbandoned)
        self.awaiting_code()
        self.accept_code()

    @property
    def expires_at(self) -> datetime:
        return self.clock.at + timedelta(minutes=10)

    def accept_start(self) -> None:
        def accepted(command: StartApplication) -> Reply:
            id = command.application_id
            hint = AddressHint(address="p***@a***.example")
            sent_to = self.commands.seal(hint, name_context(StartAccepted.TYPE, "sent_to", id))
            return StartAccepted(application_id=id, reference=reference.derive(id), sent_to=sent_to)

        self.workers.answers[StartApplication] = accepted

    def awaiting_code(self, **fields: Any) -> None:
        """Makes the workers report that a code was issued and its email sent."""
        emails = {EmailKind.VERIFICATION_CODE: EmailStatus.SENT}
        standing = {"state": State.AWAITING_CODE, "expires_at": self.expires_at, "tries_left": 5, "emails": emails}
        self.workers.outcome(**(standing | fields))

    def accept_code(self) -> None:
        grants: dict[UUID, str] = {}  # a repeated command gets the reply that was recorded

        def accepted(command: CheckCode) -> Reply:
            id = command.application_id
            if id not in grants:
                grants[id] = self.commands.seal(Grant(token="granted"), name_context(CodeAccepted.TYPE, "grant", id))
            until = self.clock.at + timedelta(hours=6)
            return CodeAccepted(application_id=id, grant=grants[id], details_until=until)

        self.workers.answers[CheckCode] = accepted


@dataclass
class Form(Backstage):
    """The form with a person using it."""

    browser: Browser

    async def at_request(self) -> Page:
        return await self.browser.open("/request?new")

    async def at_code(self) -> Page:
        return await self.browser.press(await self.at_request(), "Next >", REQUEST)

    async def at_details(self) -> Page:
        return await self.enter_code()

    async def at_confirmation(self) -> Page:
        return await self.submit(state=State.COMPLETED, account="A-1111-2222-3333")

    async def enter_code(self) -> Page:
        """Enters a code on page 2; whatever the workers answer."""
        return await self.browser.press(await self.at_code(), "Next >", CODE)

    async def submit(self, *, away: bool = False, **standing: Any) -> Page:
        """Submits page 3, while the broker may be `away`. `standing`: how the application stands from then on."""
        page = await self.at_details()
        self.workers.away = away
        if standing:
            self.workers.outcome(**standing)
        return await self.browser.press(page, "Submit", SIGNED)


def staged(settings: Settings) -> Backstage:
    """A form that nobody has used."""
    workers, clock = Workers(), Clock(BEGINS)
    return Backstage(
        create(settings, workers, clock, Waits(passed=workers.passed, sleep=workers.sleep)),
        workers,
        clock,
        Sealer(load_key_ring(settings, "commands")),
    )


@asynccontextmanager
async def visited(backstage: Backstage) -> AsyncIterator[Form]:
    """The form with a person who has just arrived."""
    transport = httpx.ASGITransport(app=backstage.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://form.test") as client:
        form = Form(**vars(backstage), browser=Browser(client))
        form.begin()
        yield form
