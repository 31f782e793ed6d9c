"""A code email is out within 30 seconds, wherever its mailer died: the promise of its lease, with real processes."""

import itertools
from pathlib import Path
from uuid import uuid4

import pytest

from shared.contracts.sealed import AccountRequest
from tests.chaos.injection.crashing import DIED
from tests.chaos.injection.points import AWAITS
from tests.chaos.people.person import people
from tests.chaos.processes.starting import running_system
from tests.chaos.processes.system import Addresses, System
from tests.chaos.run import store
from tests.support.gateway import connected_gateway
from tests.support.mail_sink import ACCEPTED
from tests.support.servers import Servers, virtual_host
from tests.support.waiting import until

QUEUE = "notifier.send-code"
POINTS = [f"{QUEUE}:{name}:1:{when}" for name in AWAITS[QUEUE] for when in ("before", "after")]
WITHIN = 30


@pytest.mark.full
async def test_code_emails_are_out_in_30_seconds_though_a_mailer_died_at_each_await(
    running: Servers, tmp_path: Path
) -> None:
    async with virtual_host(running) as url:
        servers = Addresses(url, running.management_url, running.mongodb_url)
        mailers = {"code_mailer_processes": len(POINTS)}
        async with running_system(tmp_path, servers, each=1, own_users=False, **mailers) as system:
            await _arm_one_mailer_with_each_point(system)
            system.sink.answers["DATA"] = "451 later"  # so that emails are forwarded to a retry queue, too

            async def all_died() -> bool:
                return _died(system) == set(POINTS)

            await _start_an_application_for_each_point(system)
            await until(all_died, within=60)
            system.sink.answers["DATA"] = ACCEPTED

            async def all_are_out() -> bool:
                return len({email.recipients for email in system.sink.accepted}) == len(POINTS)

            await until(all_are_out, within=WITHIN)


async def _arm_one_mailer_with_each_point(system: System) -> None:
    for process, point in zip(system.of("code-mailer"), POINTS, strict=True):
        process.arguments = itertools.chain([("--at", point)], itertools.repeat(()))
    await system.ready()
    starts = [process.starts for process in system.of("code-mailer")]
    for process in system.of("code-mailer"):
        process.kill()

    async def all_started_again() -> bool:
        return all(now.starts > before for now, before in zip(system.of("code-mailer"), starts, strict=True))

    await until(all_started_again, within=30)
    await system.ready()


async def _start_an_application_for_each_point(system: System) -> None:
    crowd = (group[0] for group in people(seed=1))
    persons = list(itertools.islice(crowd, len(POINTS)))
    await store(system.settings, {person.importer for person in persons})
    async with connected_gateway(system.settings) as gateway:
        for person in persons:
            importer = person.importer
            command, id = gateway.start(
                AccountRequest(
                    company_name=importer.company, importer_number=importer.number, email=f"{uuid4().hex}@b.example"
                )
            )
            reply = await gateway.ask(command, id)
            assert reply.TYPE == "start-accepted.v1", reply


def _died(system: System) -> set[str]:
    lines = [line for log in system.logs() for line in log.read_text().splitlines() if DIED in line]
    return {point for point in POINTS if any(f'"{point}"' in line for line in lines)}
