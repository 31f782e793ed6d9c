"""Our system, a bare twin and other task queues, in turns on the same servers.

`.venv/bin/python -m benchmarks.versus [--applications 200] [--rounds 5]`. Whole applications: the same messages,
writes and emails; messaging alone: one message, one majority write, one confirmed publish. Everything goes to
`.data/bench/versus.json` too. The others' environment is made once by `uv sync --directory benchmarks/peers`.
"""

import argparse
import json
import shutil
import sys
from contextlib import AsyncExitStack
from dataclasses import asdict, replace
from pathlib import Path

import uvloop

from benchmarks.application import FOLDER, WARM_UP
from benchmarks.load.mail import serve_mail
from benchmarks.measure.contestant import Round, run_contestant
from benchmarks.measure.peer import run_peer
from benchmarks.report.rounds import print_rounds

HERE = Path().absolute()
PEERS = ("by_hand", "with_celery", "with_dramatiq", "with_taskiq")
WHOLE = "applications"
ALONE = "messages alone"
CHAINS = 4
"""So many fewer chains of messages than applications."""


async def measure(applications: int, rounds: int, people: int) -> None:
    """Measures everybody."""
    folder = FOLDER / "versus"
    shutil.rmtree(folder, ignore_errors=True)
    done: list[Round] = []
    async with AsyncExitStack() as stack:
        importers = WARM_UP + rounds * applications
        ours = await stack.enter_async_context(run_contestant(HERE, folder, importers))
        mail = await stack.enter_async_context(serve_mail())
        peers = [await stack.enter_async_context(run_peer(name, ours, mail)) for name in PEERS]
        await ours.apply("queues", WARM_UP, people)
        for peer in peers:
            for way in (WHOLE, ALONE):
                await peer.measure(way, WARM_UP if way == WHOLE else WARM_UP // CHAINS, 0)
        for number in range(1, rounds + 1):
            done.append(replace(await ours.measure("queues", applications, people), way=WHOLE, counts={}))
            for peer in peers:
                done.append(await peer.measure(WHOLE, applications, number))
            for peer in peers:
                done.append(await peer.measure(ALONE, applications // CHAINS, number))
            sys.stderr.write(f"round {number} of {rounds}\n")
    written = {"medians": print_rounds(done), "rounds": [asdict(one) for one in done]}
    (FOLDER / "versus.json").write_text(json.dumps(written, indent=1) + "\n")


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.versus")
    parser.add_argument("--people", type=int, default=16, help="how many apply at once to this system")
    parser.add_argument("--applications", type=int, default=200, help="in a round")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    uvloop.run(measure(given.applications, given.rounds, given.people))


if __name__ == "__main__":
    main()
