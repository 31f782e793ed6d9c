"""How long people wait for the code's email, at half load and at five times overload, and the rate on some cores.

`.venv/bin/python -m benchmarks.load_shape [--cores 0] [--seconds 60] [--overload 5]`: first the rate that the system
sustains with many people at once, then people who arrive at half of it, then at five times of it. The generator shares
the cores unless it is kept elsewhere (`taskset`). Everything goes to `.data/bench/load_shape.json` too.
"""

import argparse
import itertools
import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import uvloop

from benchmarks.application import FOLDER, WARM_UP
from benchmarks.load.arrivals import arrive, describe
from benchmarks.load.importers import Importer
from benchmarks.measure.contestant import Contestant, run_contestant

HERE = Path().absolute()
PEOPLE = 32
"""So many at once find the rate."""

MOST = 20_000
"""Importers with records."""


async def measure(way: str, cores: str, seconds: float, overload: float, applications: int) -> None:
    """Measures and prints each part."""
    folder = FOLDER / "load_shape"
    shutil.rmtree(folder, ignore_errors=True)
    async with run_contestant(HERE, folder, MOST, cores) as contestant:
        await contestant.apply(way, WARM_UP, PEOPLE)
        began = time.monotonic()
        await contestant.apply(way, applications, PEOPLE)
        rate = applications / (time.monotonic() - began)
        found: dict[str, object] = {"way": way, "cores": cores or "all", "a second": round(rate, 1)}
        print(found)
        for name, factor in {"half load": 0.5, "overload": overload}.items():
            count = max(20, int(seconds * rate * factor))
            waits = await arrive(
                take(contestant, count),
                contestant.ways[way],
                factor * rate,
                contestant.mail,
                contestant.servers.database,
            )
            found[name] = {"start to email": describe(waits.since_start), "issue to email": describe(waits.since_issue)}
            print(f"{name}, {factor * rate:.1f} a second, {count} applications: {found[name]}")
    (FOLDER / "load_shape.json").write_text(json.dumps(found, indent=1) + "\n")


def take(contestant: Contestant, count: int) -> Iterator[Importer]:
    """The next importers who have not applied."""
    contestant.applied += count
    return (Importer(number) for number in itertools.islice(contestant.importers, count))


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load_shape")
    parser.add_argument("--way", choices=("form", "queues"), default="queues")
    parser.add_argument("--cores", default="", help="as taskset names them, such as 0 or 0,1; default: all")
    parser.add_argument("--seconds", type=float, default=60, help="how long people arrive at each rate")
    parser.add_argument("--overload", type=float, default=5, help="times the rate that the system sustains")
    parser.add_argument("--applications", type=int, default=300, help="to find the rate")
    given = parser.parse_args()
    uvloop.run(measure(given.way, given.cores, given.seconds, given.overload, given.applications))


if __name__ == "__main__":
    main()
