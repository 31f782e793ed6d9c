"""Runs the long form: `make chaos`, or `python -m tests.chaos`. Exits with 1 if an invariant was violated."""

import argparse
import asyncio
import shutil
import sys
import tempfile
from pathlib import Path

from embedded_servers.mongodb import MongoDB
from embedded_servers.rabbitmq import RabbitMQ
from shared.messaging.broker_admin import make_advanced_configuration, make_configuration
from tests.chaos.injection.faults import Fault
from tests.chaos.injection.plan import CLUSTER, LONG
from tests.chaos.people.person import people
from tests.chaos.processes.cluster import cluster
from tests.chaos.processes.starting import running_system
from tests.chaos.processes.system import Addresses
from tests.chaos.report import report
from tests.chaos.run import Result, new_scene, suite


async def main(told: argparse.Namespace) -> list[Result]:
    """Goes through the faults; updates the report after each."""
    folder = Path(tempfile.mkdtemp(prefix="ace-chaos-"))
    results: list[Result] = []
    try:
        if wanted := _wanted(LONG, told.only):
            await _with_one_of_each(wanted, told, folder / "one", results)
        if wanted := _wanted(CLUSTER, told.only):
            await _with_three_of_each(wanted, told, folder / "three", results)
    finally:
        if not told.keep:
            shutil.rmtree(folder, ignore_errors=True)
    return results


def _wanted(faults: tuple[Fault, ...], only: list[str]) -> list[Fault]:
    return [fault for fault in faults if not only or any(word in fault.name for word in only)]


async def _with_one_of_each(wanted: list[Fault], told: argparse.Namespace, folder: Path, results: list[Result]) -> None:
    broker = RabbitMQ(
        folder / "rabbitmq",
        user="ace",
        password="ace",
        configuration=make_configuration(),
        advanced=make_advanced_configuration(),
    )
    with broker as rabbitmq, MongoDB(folder / "mongodb", user="ace", password="ace") as mongodb:
        servers = Addresses(rabbitmq.url, rabbitmq.management_url, mongodb.url)
        async with (
            running_system(folder, servers, each=2) as running,
            suite(running, people(told.seed), told.rate) as going,
        ):
            for fault in wanted:
                scene = new_scene(running, fault, told.seed)
                scene.rabbitmq, scene.mongodb = rabbitmq, mongodb
                results.append(await going.go_through(fault, scene))
                _tell(results, told.report)


async def _with_three_of_each(
    wanted: list[Fault], told: argparse.Namespace, folder: Path, results: list[Result]
) -> None:
    async with cluster(folder) as nodes:
        first, amqp = nodes.brokers[0], tuple(node.port for node in nodes.brokers)
        servers = Addresses(first.url, first.management_url, nodes.mongodb_url, amqp)
        async with (
            running_system(folder, servers, each=2) as running,
            suite(running, people(told.seed), told.rate) as going,
        ):
            for fault in wanted:
                scene = new_scene(running, fault, told.seed)
                scene.cluster = nodes
                results.append(await going.go_through(fault, scene))
                _tell(results, told.report)


def _tell(results: list[Result], file: Path) -> None:
    last = results[-1]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(report(results))
    print(  # noqa: T201  # it is what this is for
        f"{last.fault}: {last.people} people, {last.applications} applications, {last.injected} injected, "
        f"gap {last.gap:.1f} s, {last.seconds:.0f} s; {len(last.broken)} violations",
        *last.broken[:10],
        sep="\n  ",
        flush=True,
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.chaos")
    parser.add_argument("only", nargs="*", help="only faults whose names hold one of these words")
    parser.add_argument("--rate", type=float, default=1.5, help="groups of people a second")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--report", type=Path, default=Path(".data/chaos/report.md"))
    parser.add_argument("--keep", action="store_true", help="keep the folder with data and logs")
    found = asyncio.run(main(parser.parse_args()))
    print(report(found))  # noqa: T201
    sys.exit(any(result.broken for result in found))
