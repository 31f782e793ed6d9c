"""People who apply through the form one after another and record every page that fails."""

import asyncio
import csv
import itertools
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.support.browser import Page, Window, browsing
from tests.support.mail_sink import MailSink, code_in
from tests.support.scripted_form import SIGNED, request
from tests.support.waiting import until

EMAILS = 4
"""Emails of a complete application: the code, two for the requester, one more for the point of contact."""

EMAILS_WITHIN = 120.0
"""Seconds in which the emails come, even while everything restarts."""

IDLE = 2.0
"""Seconds after which a browser closes an unused connection, before the form would."""


class FailedPage(Exception):
    """A page that nobody should have seen."""


class Critic(Window):
    """A browser that raises at any failure."""

    async def show(self, response: httpx.Response) -> Page:
        page = await super().show(response)
        if page.status >= 500 or "unavailable" in page.problems:
            raise FailedPage(f"{page.path}: {page.status} {page.problems}")
        return page


@dataclass
class Applicants:
    """Everybody who applies, and the results."""

    address: str
    box: MailSink
    begun: int = 0
    completed: int = 0
    failures: list[str] = field(default_factory=list)
    emails: Counter[str] = field(default_factory=Counter)
    """How often each email came, by its Message-ID."""

    async def apply(self, number: int) -> None:
        """Makes one application, from the start page to its last email. Records what fails."""
        self.begun += 1
        try:
            async with browsing(self.address, Critic, IDLE) as browser:
                await self._fill(browser, number)
            await until(lambda: self._emails(number), EMAILS_WITHIN)
            self.completed += 1
        except Exception as error:  # noqa: BLE001  # anything that kept a person from an account
            self.failures.append(f"{number}: {type(error).__name__}: {error}")
        finally:
            self._put_away(number)

    async def _fill(self, browser: Critic, number: int) -> None:
        await browser.open("/request")
        typed = request(company(number), importer_number(number), f"owner{number}@soak.example")
        await browser.submit("Next >", typed)
        _expect(browser, "/code")
        email = (await until(lambda: self._to_contact(number), EMAILS_WITHIN))[0]
        await browser.submit("Next >", {"*Verification Code": code_in(email)})
        _expect(browser, "/details")
        await browser.submit("Submit", SIGNED)
        _expect(browser, "/confirmation")

    async def _to_contact(self, number: int) -> list[str]:
        return [email.text for email in self.box.to(_addresses(number)[0])]

    async def _emails(self, number: int) -> bool:
        return len(self.box.to(*_addresses(number))) >= EMAILS

    def _put_away(self, number: int) -> None:
        """Counts a person's emails and deletes them from the mail server."""
        for email in self.box.to(*_addresses(number)):
            self.emails[email.message_id] += 1
            self.box.received.remove(email)

    @property
    def doubled(self) -> int:
        """Emails that came more than once."""
        return sum(count > 1 for count in self.emails.values())


def _expect(browser: Critic, path: str) -> None:
    if browser.page.path != path:
        raise FailedPage(f"{browser.page.path} in place of {path}: {browser.page.problems}")


@asynccontextmanager
async def run_applicants(applicants: Applicants, people: int, every: float = 0.0) -> AsyncIterator[None]:
    """Lets this many people apply repeatedly while the block runs, each at most once in this many seconds.

    It ends when the last of them are done.
    """
    over = asyncio.Event()
    numbers = itertools.count(1)

    async def apply_again_and_again() -> None:
        while not over.is_set():
            pause = asyncio.create_task(asyncio.sleep(every))
            await applicants.apply(next(numbers))
            await pause

    async with asyncio.TaskGroup() as group:
        for _ in range(people):
            group.create_task(apply_again_and_again())
        try:
            yield
        finally:
            over.set()


def _addresses(number: int) -> tuple[str, str]:
    """The addresses of the point of contact and the requester."""
    return f"poc{number}@soak.example", f"owner{number}@soak.example"


def company(number: int) -> str:
    """An importer's name."""
    return f"Soak {number} Imports Inc."


def importer_number(number: int) -> str:
    """An importer's record number."""
    return f"07-{number:07d}AB"


def write_records(file: Path, count: int) -> None:
    """Writes importer records for this many applicants."""
    with file.open("w", newline="") as opened:
        rows = csv.writer(opened)
        rows.writerow(["importer_number", "company_name", "poc_name", "poc_email", "top_account"])
        for number in range(1, count + 1):
            rows.writerow([importer_number(number), company(number), "Pat Contact", f"poc{number}@soak.example", ""])
