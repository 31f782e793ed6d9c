"""Workers of the previous version and of this one share queues and documents, whichever has which part of the work."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import pytest

from deploy.local import development_secrets
from deploy.local.services import Surroundings, make_workers
from embedded_servers.program import Program, Running, answers
from shared.contracts.sealed import AccountRequest
from shared.contracts.state import State
from shared.messaging.topology import WORK_QUEUES, WORKERS
from shared.settings.processes import Settings
from tests.support.applicant import Started, reaches, start, submit, verify
from tests.support.broker import Broker
from tests.support.database_users import create_database_users
from tests.support.gateway import Gateway, connected_gateway
from tests.support.mail_sink import MailSink
from tests.support.previous_version import THIS, Checkout, check_out_previous
from tests.support.records import store_importer
from tests.support.waiting import until

READY_WITHIN = 120.0
STOPPED_WITHIN = 30.0

CONSUMERS = ("provisioner", "code-mailer", "general-mailer")
"""Who takes what the others send: an upgrade begins with them."""

PRODUCERS = tuple(name for name in WORKERS if name not in CONSUMERS)


@dataclass
class Workers:
    """One process of each worker, of one version or the other."""

    settings: Settings
    surroundings: Surroundings
    running: dict[str, Running] = field(default_factory=dict)
    starts: int = 0

    async def run(self, checkout: Checkout, *names: str) -> None:
        """Replaces these workers by those of a version, which are ready before the others stop."""
        before = [self.running[name] for name in names if name in self.running]
        services = [one for one in make_workers(self.settings, self.surroundings, checkout.python) if one.name in names]
        for service in services:
            self.starts += 1
            log = self.settings.data_dir / f"{self.starts}-{service.name}.log"
            self.running[service.name] = Running(self._place(service.program, checkout), log)
        for service in services:
            await until(partial(asyncio.to_thread, answers, service.readiness_url), READY_WITHIN)
        await self._stop(before)

    def _place(self, program: Program, checkout: Checkout) -> Program:
        own = {"ACE_MONGODB_DATABASE": self.settings.mongodb_database, "ACE_DATA_DIR": str(self.settings.data_dir)}
        environment = {**program.environment, **own}
        return replace(program, command=checkout.make_command(program.command), environment=environment)

    async def stop(self) -> None:
        """Stops all of them, as an upgrade does."""
        await self._stop(list(self.running.values()))

    async def _stop(self, processes: list[Running]) -> None:
        """Stops these at once: what they have begun, they finish."""
        for process in processes:
            process.terminate()
        codes = await asyncio.gather(*(asyncio.to_thread(process.wait, STOPPED_WITHIN) for process in processes))
        assert set(codes) <= {0}, [process.log for process in processes]


@asynccontextmanager
async def running_workers(settings: Settings, box: MailSink, keys: dict[str, str]) -> AsyncIterator[Workers]:
    """Workers that are told where everything is; none runs yet."""
    await create_database_users(settings)
    surroundings = Surroundings(
        broker_url=settings.need("rabbitmq_url"),
        management_url=None,
        database_url=settings.need("mongodb_url"),
        mail_url=box.url,
        keys=keys,
        broker_passwords={},
        database_passwords=development_secrets.load_database_passwords(settings.data_dir),
        database=settings.mongodb_database,
    )
    one_of_each = {f"{name.replace('-', '_')}_processes": 1 for name in WORKERS}
    workers = Workers(settings.model_copy(update=one_of_each), surroundings)
    try:
        yield workers
    finally:
        await workers.stop()


@dataclass
class People:
    """They apply, each at their own pace: at any change of workers, somebody is at each step."""

    settings: Settings
    gateway: Gateway
    box: MailSink
    started: list[Started] = field(default_factory=list)
    verified: list[tuple[Started, str]] = field(default_factory=list)
    submitted: list[Started] = field(default_factory=list)
    begun: int = 0

    async def take_a_step(self) -> None:
        """Everybody takes one step, and one more begins."""
        submitted, verified, started = self.submitted, self.verified, self.started
        self.submitted, self.verified, self.started = [], [], [await self._begin()]
        for application, grant in verified:
            await submit(application, self.gateway, grant)
            self.submitted.append(application)
        for application in started:
            self.verified.append((application, await verify(application, self.gateway, self.box)))
        for application in submitted:
            await reaches(application, self.gateway, State.COMPLETED)

    async def complete_one(self) -> None:
        """Somebody goes from the first page to the last email."""
        application = await self._begin()
        await submit(application, self.gateway, await verify(application, self.gateway, self.box))
        await reaches(application, self.gateway, State.COMPLETED)

    async def _begin(self) -> Started:
        self.begun += 1
        number, company = f"12-34567{self.begun:02}AB", f"Acme {self.begun} Imports Inc."
        await store_importer(self.settings, number, company, f"poc@acme{self.begun}.example")
        address = f"ada@acme{self.begun}.example"
        return await start(self.gateway, AccountRequest(company_name=company, importer_number=number, email=address))


@pytest.mark.full
async def test_applications_go_on_through_an_upgrade_half_by_half_and_back_again(
    settings: Settings, box: MailSink, keys: dict[str, str], broker: Broker, tmp_path: Path
) -> None:
    previous = check_out_previous(tmp_path / "previous")
    async with running_workers(settings, box, keys) as workers, connected_gateway(settings) as gateway:
        people = People(settings, gateway, box)
        await workers.run(previous, *WORKERS)
        await people.take_a_step()
        for checkout, names in (
            (THIS, CONSUMERS),
            (THIS, PRODUCERS),
            (previous, PRODUCERS),
            (previous, CONSUMERS),
            (THIS, PRODUCERS),  # the order in which nobody should do it
            (THIS, CONSUMERS),
        ):
            await workers.run(checkout, *names)
            await people.take_a_step()
            await people.complete_one()
        for _ in range(3):
            await people.take_a_step()
    dead = {queue.dead: await broker.count(queue.dead) for queue in WORK_QUEUES if queue.has_dead_letters}
    assert {name: count for name, count in dead.items() if count} == {}
