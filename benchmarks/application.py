"""What an application costs: CPU time of every program, messages, round trips, bytes.

`.venv/bin/python -m benchmarks.application [--checkout DIR ...] [--people 16] [--applications 200] [--rounds 5]`:
several checkouts run side by side, each by its own `make run`, and are measured in turns. The ratio is how many times
as much the others take as the first. Everything goes to `.data/bench/application.json` too.

While you work on something: `--way queues --applications 100 --rounds 1` takes about a minute.
"""

import argparse
import json
import shutil
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict
from pathlib import Path

import uvloop

from benchmarks.measure.contestant import Round, run_contestant
from benchmarks.report.rounds import print_rounds
from benchmarks.system import check_out

FOLDER = Path(".data/bench").absolute()
WAYS = ("form", "queues")
WARM_UP = 40
"""Applications by each way before anything is measured."""


async def measure(checkouts: Sequence[Path], ways: Sequence[str], people: int, applications: int, rounds: int) -> None:
    """Measures every checkout by every way, in turns."""
    shutil.rmtree(FOLDER / "systems", ignore_errors=True)
    importers = len(ways) * (WARM_UP + rounds * applications)
    done: list[Round] = []
    async with AsyncExitStack() as stack:
        contestants = [
            await stack.enter_async_context(run_contestant(checkout, FOLDER / "systems" / str(number), importers))
            for number, checkout in enumerate(checkouts)
        ]
        for contestant in contestants:
            for way in ways:
                await contestant.apply(way, WARM_UP, people)
        for number in range(1, rounds + 1):
            for way in ways:
                for contestant in contestants:
                    one = await contestant.measure(way, applications, people)
                    done.append(one)
                    total = sum(one.cpu.values())
                    sys.stderr.write(f"round {number}, {way}, {one.contestant}: {total:.1f} ms, {one.seconds:.1f} s\n")
    figures = print_rounds(done)
    written = {"medians": figures, "rounds": [asdict(one) for one in done]}
    (FOLDER / "application.json").write_text(json.dumps(written, indent=1) + "\n")


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.application")
    parser.add_argument("--checkout", type=Path, action="append", help="folder of a version to measure; default: this")
    parser.add_argument("--way", choices=WAYS, action="append", help="default: all of them")
    parser.add_argument("--people", type=int, default=16, help="how many apply at once")
    parser.add_argument("--applications", type=int, default=200, help="in a round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--against", metavar="COMMIT", help="measure a commit of this repository too")
    given = parser.parse_args()
    checkouts = [checkout.absolute() for checkout in given.checkout or [Path()]]
    if given.against:
        checkouts.append(check_out(given.against, FOLDER / "checkouts"))
    uvloop.run(measure(checkouts, given.way or WAYS, given.people, given.applications, given.rounds))


if __name__ == "__main__":
    main()
