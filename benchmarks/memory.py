"""Each program's memory with 2,000 commands waiting, and with 1,000 people on pages that wait.

`.venv/bin/python -m benchmarks.memory [--commands 2000] [--people 1000]`: the workers are stopped while people send
page 1 and reload the page that waits; then they start, and take everything that has gathered.
"""

import argparse
import asyncio
import json
import shutil
from contextlib import suppress
from pathlib import Path

import uvloop

from benchmarks.application import FOLDER, WARM_UP
from benchmarks.load.form_reader import FormReader
from benchmarks.load.importers import EMAILS, Importer
from benchmarks.measure.contestant import Contestant, run_contestant
from deploy.local.processes.supervisorctl import Supervisorctl
from tests.support.browser import Browser, browsing
from tests.support.scripted_form import request
from tests.support.waiting import until

HERE = Path().absolute()
EVERY = 0.5
"""Seconds between two looks at the memory while messages are taken."""

STOPS_WITHIN = 30.0
SETTLES_WITHIN = 60.0
"""Seconds in which everybody has sent page 1 and waits."""

TAKEN_WITHIN = 600.0


def read_memory(folder: Path) -> dict[str, float]:
    """Megabytes of each program that are its own."""
    found = {}
    for name, pid in Supervisorctl(folder).list_processes().items():
        with suppress(OSError):  # it ended meanwhile
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            found[name] = sum(int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss_Anon:"))
    return found


async def wait_in_line(contestant: Contestant, people: int) -> None:
    """Lets people send page 1 and wait, each reloading as the page says, until all have the code page."""

    async def apply(number: int) -> None:
        importer = Importer(number)
        host = f"127.1.{number // 250 % 250}.{number % 250 + 1}"  # from one alone, the form takes 200 connections
        async with browsing(contestant.system.places["Form"].rstrip("/"), Browser, idle=1, host=host) as browser:
            page = await browser.open("/request")
            typed = request(importer.company, importer.record_number, importer.owner)
            page = await browser.post(*FormReader(page.response.text).fill("Next >", typed))
            while page.refreshes_to and page.path != "/code":
                await asyncio.sleep(page.refreshes_after or 0)
                page = await browser.open(page.refreshes_to)

    async with asyncio.TaskGroup() as group:
        for _ in range(people):
            group.create_task(apply(next(contestant.importers)))


async def measure(commands: int, people: int) -> None:
    """Measures and prints a line for each moment."""
    folder = FOLDER / "memory"
    shutil.rmtree(folder, ignore_errors=True)
    async with run_contestant(HERE, folder, WARM_UP + commands + people) as contestant:
        await contestant.apply("form", WARM_UP, 16)
        moments = {"at rest": read_memory(folder)}
        control = Supervisorctl(folder)
        control.stop("workers", STOPS_WITHIN)
        async with asyncio.TaskGroup() as group:
            group.create_task(wait_in_line(contestant, people))
            await asyncio.sleep(SETTLES_WITHIN)
            moments[f"{people} people wait"] = read_memory(folder)
            for _ in range(commands):
                await contestant.start(Importer(next(contestant.importers)))
            moments[f"{commands} more commands wait"] = read_memory(folder)
            control.start("workers")
            moments["most while they are taken"] = await _watch(
                contestant, folder, EMAILS * WARM_UP + commands + people
            )
        moments["afterwards"] = read_memory(folder)
    for moment, memory in moments.items():
        print(f"{moment:30}", *(f"{name} {megabytes:.0f}" for name, megabytes in sorted(memory.items())))
    (FOLDER / "memory.json").write_text(json.dumps(moments, indent=1) + "\n")


async def _watch(contestant: Contestant, folder: Path, emails: int) -> dict[str, float]:
    most: dict[str, float] = {}

    async def is_over() -> bool:
        await asyncio.sleep(EVERY)
        for name, megabytes in read_memory(folder).items():
            most[name] = max(most.get(name, 0.0), megabytes)
        return contestant.mail.count >= emails

    await until(is_over, TAKEN_WITHIN)
    return most


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.memory")
    parser.add_argument("--commands", type=int, default=2000)
    parser.add_argument("--people", type=int, default=1000)
    given = parser.parse_args()
    uvloop.run(measure(given.commands, given.people))


if __name__ == "__main__":
    main()
