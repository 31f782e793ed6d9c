"""Where each service's time goes: a flame graph as SVG, and a summary by function.

`.venv/bin/python -m benchmarks.flames [--way queues] [--people 16] [--applications 300]` writes to
`.data/bench/flames`. They show Python at work: a system call, which holds no lock, is not in them.
Where the kernel lets nobody look into other processes, it has to run as root.
"""

import argparse
import asyncio
import shutil
import signal
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import uvloop

from benchmarks.application import FOLDER, WARM_UP, WAYS
from benchmarks.measure.contestant import Round, run_contestant
from benchmarks.report.stacks import describe, read_stacks
from deploy.local.processes.supervisorctl import Supervisorctl

HERE = Path().absolute()
FLAMES = FOLDER / "flames"
SERVERS = {"rabbitmq", "mongod", "epmd"}
"""Programs that are not Python."""

FORMATS = {"flamegraph": "svg", "raw": "txt"}
A_SECOND = "200"
"""Samples."""


@asynccontextmanager
async def record(system: Path, kind: str) -> AsyncIterator[None]:
    """Samples every Python program of a system during the block, each into a file of its name."""
    recorders = []
    for name, pid in Supervisorctl(system).list_processes().items():
        if name not in SERVERS:
            recorders.append(
                await asyncio.create_subprocess_exec(
                    ".venv/bin/py-spy",
                    "record",
                    "--pid",
                    str(pid),
                    "--format",
                    kind,
                    "--function",
                    "--nonblocking",
                    "--rate",
                    A_SECOND,
                    "--output",
                    str(FLAMES / f"{name}.{FORMATS[kind]}"),
                    stdout=DEVNULL,
                )
            )
    try:
        yield
    finally:
        for recorder in recorders:
            recorder.send_signal(signal.SIGINT)  # it writes its file then
            await recorder.wait()


async def draw(way: str, people: int, applications: int) -> None:
    """Draws every service's flame graph, then summarizes a second run."""
    shutil.rmtree(FLAMES, ignore_errors=True)
    FLAMES.mkdir(parents=True)
    system = FLAMES / "system"
    async with run_contestant(HERE, system, WARM_UP + 2 * applications) as contestant:
        await contestant.apply(way, WARM_UP, people)
        async with record(system, "flamegraph"):
            await contestant.apply(way, applications, people)
        async with record(system, "raw"):
            measured = await contestant.measure(way, applications, people)
    print(summarize(measured))


def summarize(measured: Round) -> str:
    """Writes what was sampled as text."""
    lines = [f"# {measured.contestant}, through the {measured.way}, load average {measured.load_average}"]
    for file in sorted(FLAMES.glob("*.txt")):
        lines += describe(file.stem, read_stacks(file), measured.cpu.get(file.stem, 0.0))
    text = "\n".join(lines) + "\n"
    (FLAMES / "summary.md").write_text(text)
    return text


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.flames")
    parser.add_argument("--way", choices=WAYS, default="queues")
    parser.add_argument("--people", type=int, default=16, help="how many apply at once")
    parser.add_argument("--applications", type=int, default=300)
    given = parser.parse_args()
    uvloop.run(draw(given.way, given.people, given.applications))


if __name__ == "__main__":
    main()
