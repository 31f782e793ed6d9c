"""Runs one fault after another under load, and collects the results."""

import asyncio
import itertools
import random
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from yarl import URL

from shared.contracts.email_kind import EmailKind
from shared.settings.processes import Settings
from shared.storage.sealed_documents import ImporterRecord
from tests.chaos.checks.evidence import Evidence
from tests.chaos.checks.gathering import gather, open_tap
from tests.chaos.checks.invariants import repeated_emails, violations
from tests.chaos.injection.crashing import DIED
from tests.chaos.injection.faults import Fault
from tests.chaos.injection.scene import Scene
from tests.chaos.people.ledger import Ledger
from tests.chaos.people.load import PATIENCE, apply
from tests.chaos.people.operator import resend_emails
from tests.chaos.people.person import Importer, Person
from tests.chaos.people.prober import Prober
from tests.chaos.processes.system import System
from tests.support.records import store_records

LONGEST = 300
"""Characters of a violation in the report."""

MOST_AT_ONCE = 40
"""Maximum number of people at the form at once; more stay away."""

STOCK = 600
"""How many groups of people to prepare: their importer records are stored before anything goes wrong."""


@dataclass
class Result:
    """The result of a fault: a row of the report."""

    fault: str
    seconds: float = 0.0
    people: int = 0
    applications: int = 0
    accounts: int = 0
    pages: int = 0
    messages: int = 0
    injected: int = 0
    restarts: int = 0
    copies: int = 0
    emails: int = 0
    emails_again: int = 0
    dead: dict[str, int] = field(default_factory=dict)
    gap: float = 0.0
    page_gap: float = 0.0
    ends: dict[str, int] = field(default_factory=dict)
    points: dict[str, int] = field(default_factory=dict)
    violations: dict[str, list[str]] = field(default_factory=dict)

    @property
    def broken(self) -> list[str]:
        """Every violation, shortened."""
        return [
            f"{name}: {sentence[:LONGEST]}" for name, sentences in self.violations.items() for sentence in sentences
        ]


@dataclass
class Suite:
    """What continues from fault to fault."""

    system: System
    crowd: Iterator[list[Person]]
    prober: Prober
    rate: float
    """Groups of people per second."""
    since: dict[str, int] = field(default_factory=dict)
    stock: list[list[Person]] = field(default_factory=list)
    asked: dict[tuple[str, EmailKind], int] = field(default_factory=dict)
    """As in the ledger, which is a new one for each fault: emails are checked from the beginning."""

    async def go_through(self, fault: Fault, scene: Scene) -> Result:
        """Runs one fault, from its first visitor until everything is at rest."""
        began = time.monotonic()
        system, ledger = self.system, Ledger(asked=self.asked)
        over = asyncio.Event()
        await self._stock_up()
        before, emails_before = system.found_dead, len(system.sink.accepted)
        self.prober.begin()
        arriving = asyncio.create_task(self._arrive(ledger, over))
        resending = asyncio.create_task(resend_emails(system.settings, scene.chance, ledger))
        await asyncio.sleep(2)
        await fault.inject(scene)
        scene.heal()
        await asyncio.sleep(2)
        over.set()
        resending.cancel()
        await asyncio.wait([resending])
        if not resending.cancelled():
            resending.result()
        people = await arriving
        _, late = await asyncio.wait(people, timeout=PATIENCE)
        for task in late:
            task.cancel()
        gap, page_gap = self.prober.question.so_far(), self.prober.page.so_far()
        await system.ready()
        collected = await gather(system, self.since)
        for task in people - late:
            task.result()
        broken = violations(ledger, collected)
        collected.emails = collected.emails[emails_before:]
        again = repeated_emails(collected)
        if again and not fault.repeats_emails:
            broken["3 emails"].append(f"{again} emails came again without a crash or a lost connection")
        result = Result(fault.name, injected=scene.injected, violations=broken, emails_again=again)
        result.gap, result.page_gap = gap, page_gap
        result.seconds = time.monotonic() - began
        result.restarts = system.found_dead - before
        _count(result, ledger, collected)
        return result

    async def _stock_up(self) -> None:
        groups = list(itertools.islice(self.crowd, STOCK - len(self.stock)))
        await store(self.system.settings, {person.importer for group in groups for person in group})
        self.stock += groups

    async def _arrive(self, ledger: Ledger, over: asyncio.Event) -> set[asyncio.Task[None]]:
        tasks, places = set(), asyncio.Semaphore(MOST_AT_ONCE)
        while self.stock and not over.is_set():
            for person in self.stock.pop(0):
                await places.acquire()
                task = asyncio.create_task(apply(person, self.system.address, self.system.sink, ledger))
                task.add_done_callback(lambda _: places.release())
                tasks.add(task)
            await asyncio.sleep(1 / self.rate)
        return tasks


def _count(result: Result, ledger: Ledger, collected: Evidence) -> None:
    result.people, result.pages = len(ledger.stories), ledger.pages
    result.applications = len(ledger.references)
    result.accounts = sum(1 for story in ledger.stories if story.account)
    result.messages, result.copies = collected.messages, collected.copies
    result.emails = len(collected.emails)
    for letter in collected.dead:
        result.dead[letter.reason] = result.dead.get(letter.reason, 0) + 1
    for story in ledger.stories:
        result.ends[story.end] = result.ends.get(story.end, 0) + 1
    for line in collected.log_lines:
        if line.get("event") == DIED:
            queue, point, _, when = str(line["at"]).split(":")
            name = f"{queue} {when} {point}"
            result.points[name] = result.points.get(name, 0) + 1


async def store(settings: Settings, importers: set[Importer]) -> None:
    """Stores importer records."""
    await store_records(
        settings,
        [
            ImporterRecord(
                importer_number=importer.number,
                company_name=importer.company,
                poc_name=importer.poc_name,
                poc_email=importer.poc_email,
            )
            for importer in importers
        ],
    )


@asynccontextmanager
async def suite(system: System, crowd: Iterator[list[Person]], rate: float) -> AsyncIterator[Suite]:
    """Everything ready for the first fault, with a prober that measures response times throughout."""
    await open_tap(system)
    await system.ready()
    prober = Prober()
    broker = str(URL(system.servers.rabbitmq_url).with_port(system.broker.own_port))
    probes = [
        asyncio.create_task(prober.load_pages(system.address)),
        asyncio.create_task(prober.ask(system.settings, broker)),
    ]
    try:
        yield Suite(system, crowd, prober, rate)
    finally:
        for probe in probes:
            probe.cancel()
            with suppress(asyncio.CancelledError):
                await probe


def new_scene(system: System, fault: Fault, seed: int) -> Scene:
    """Where a fault is injected."""
    return Scene(system, random.Random(f"{seed} {fault.name}"), fault.seconds)  # noqa: S311  # nothing is secret
