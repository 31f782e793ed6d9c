"""The short form: everything at once for some seconds. `make chaos` is the long form, one fault at a time."""

from pathlib import Path

from tests.chaos.injection.plan import SHORT
from tests.chaos.people.person import people
from tests.chaos.processes.starting import running_system
from tests.chaos.processes.system import Addresses
from tests.chaos.report import report
from tests.chaos.run import new_scene, suite
from tests.support.servers import Servers, virtual_host


async def test_every_invariant_holds_while_processes_die_at_each_await_and_connections_break(
    running: Servers, tmp_path: Path
) -> None:
    async with virtual_host(running) as url:
        servers = Addresses(url, running.management_url, running.mongodb_url)
        async with (
            running_system(tmp_path, servers, each=1, own_users=False) as system,
            suite(system, people(seed=1), rate=0.8) as going,
        ):
            result = await going.go_through(SHORT, new_scene(system, SHORT, seed=1))
    assert result.broken == [], report([result])
    assert result.accounts, report([result])
    assert result.points, report([result])
