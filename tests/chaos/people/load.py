"""The load: people who fill out the form over HTTP like browsers, and do not give up when things go wrong."""

import asyncio
import itertools
import time
from collections.abc import Iterator

import httpx

from tests.chaos.people.ledger import Ledger, Story, Told
from tests.chaos.people.person import Habit, Person
from tests.support.browser import Browser, Page, browsing
from tests.support.mail_sink import MailSink
from tests.support.scripted_form import SIGNED, request

PATIENCE = 240.0
"""Seconds in all that a person keeps trying."""

AGAIN = ("session-over", "code-expired", "application-locked", "unavailable", "delayed", "poc-email-refused")
"""Problems after which people start over."""

AT_MOST = 4
"""How often they start over."""


class _GivesUp(Exception):
    """A person has tried for too long."""


class Visitor(Browser):
    """A browser whose user reloads when no page comes."""

    page: Page

    @property
    def place(self) -> str:
        """The page that is shown. What is posted to a page that is over shows the first one at that page's address."""
        begins = self.page.soup.select_one('form[action="/request"]')
        return "/request" if begins else self.page.path

    def begin(self, story: Story) -> None:
        """Assigns the browser to this person's story."""
        self._story = story
        self._until = time.monotonic() + PATIENCE

    async def insist(self, button: str, values: dict[str, str], times: int = 1) -> Told:
        """Presses a button until a page comes, perhaps twice at once."""
        where, data = self.page.filled(button, values)
        while True:
            answers = await asyncio.gather(*(self.send(where, data) for _ in range(times)), return_exceptions=True)
            response = answers[-1]
            if isinstance(response, httpx.Response) and response.status_code not in (500, 502):
                return await self._follow(response)
            await self._count_failure(response)

    async def go(self, path: str) -> Told:
        """Opens a page, however often it takes."""
        while True:
            try:
                return await self._follow(await self.client.get(path))
            except httpx.RequestError as error:
                await self._count_failure(error)

    async def _count_failure(self, what: httpx.Response | BaseException) -> None:
        if isinstance(what, httpx.Response):
            self._story.saw(what.status_code, what.url.path, [], "")
        elif not isinstance(what, httpx.RequestError):
            raise what
        self._story.failures += 1
        if time.monotonic() > self._until:
            raise _GivesUp
        await asyncio.sleep(0.5)

    async def _follow(self, response: httpx.Response) -> Told:
        """Follows waiting pages until there is a page to read."""
        while (page := await self.show(response)).refreshes_to:
            self._story.saw(page.status, page.path, [], page.response.text)
            if time.monotonic() > self._until:
                raise _GivesUp
            await asyncio.sleep((page.refreshes_after or 0) / 2)
            try:
                response = await self.client.get(page.refreshes_to)
            except httpx.RequestError as error:
                await self._count_failure(error)
        self.page = page
        return self._story.saw(page.status, page.path, list(page.problems), page.text)


async def apply(person: Person, address: str, sink: MailSink, ledger: Ledger) -> None:
    """One person's application, from page 1 to whatever end."""
    story = Story(person)
    ledger.stories.append(story)
    async with browsing(address, Visitor) as visitor:
        visitor.begin(story)
        try:
            await visitor.go("/request")
            story.end = await _fill(visitor, story, sink)
        except _GivesUp:
            story.end = ""


async def _fill(visitor: Visitor, story: Story, sink: MailSink) -> str:
    """Goes from page to page; returns where it ended."""
    person, times = story.person, 2 if story.person.habit is Habit.IMPATIENT else 1
    begun = 0
    guesses = _wrong_guesses(person.habit)
    back = itertools.chain([person.habit is Habit.BACK], itertools.repeat(False))
    while True:
        if person.habit is Habit.RELOADS:
            await visitor.go(visitor.page.path)
        match visitor.place:
            case "/request":
                problems = story.told[-1].problems
                if begun >= AT_MOST or (problems and problems[0] not in AGAIN):
                    return problems[0] if problems else "began too often"
                begun += 1
                await visitor.insist("Next >", _request(person), times)
            case "/code":
                if person.habit is Habit.LEAVES:
                    return "left"
                if next(back):
                    await visitor.insist("< Back", {})
                else:
                    await _enter(visitor, story, sink, guesses, times)
            case "/details":
                await visitor.insist("Submit", _details(person), times)
            case "/confirmation":
                return "account"
            case _:
                await visitor.go(visitor.page.path)


async def _enter(visitor: Visitor, story: Story, sink: MailSink, guesses: Iterator[str], times: int) -> None:
    """Waits for the email and enters its code, or guesses."""
    reference = visitor.page.reference
    code = next(guesses, None) or await _code(visitor, sink, reference)
    if code and visitor.place == "/code" and visitor.page.reference == reference:
        story.entered.append((reference, code))
        await visitor.insist("Next >", {"*Verification Code": code}, times)


async def _code(visitor: Visitor, sink: MailSink, reference: str) -> str | None:
    """The code in the email with this reference; None if the page changes first."""
    for turn in itertools.count(1):
        if code := sink.code_for(reference):
            return code
        await asyncio.sleep(0.25)
        if turn % 12 == 0:
            await visitor.go("/code")
            if visitor.place != "/code":
                return None
    return None


def _wrong_guesses(habit: Habit) -> Iterator[str]:
    count = {Habit.ERRS: 2, Habit.LOCKED: 5}.get(habit, 0)
    return (f"0000-000{number}" for number in range(count))


def _request(person: Person) -> dict[str, str]:
    return request(person.importer.company.upper(), person.importer.number, person.email)


def _details(person: Person) -> dict[str, str]:
    return SIGNED | {
        "*Account Owner Last Name": person.last_name,
        "*Street Address": person.street,
        "*Telephone Number": person.telephone,
    }
