"""Runs a real service that dies, or has a wrong clock, as told: crash points without code for them in services.

``python -m tests.chaos.injection.crashing services.verifier --at verifier.check-code:save:3:after`` kills itself with
SIGKILL right after the third time that an application was stored for a message of that queue. It wraps what the
processor awaits; the service itself is unchanged.
"""

import argparse
import itertools
import json
import os
import runpy
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from aio_pika import IncomingMessage

from services.notifier.mailer import Mailer
from shared import clock
from shared.domain import email
from shared.messaging.publishing import Publisher
from shared.storage.applications import Applications
from shared.storage.emails import EmailStore
from shared.storage.importers import Importers
from shared.storage.portal_users import PortalUsers

PLACES: dict[str, tuple[tuple[type, str], ...]] = {
    "load": ((Applications, "load"), (EmailStore, "load")),
    "gather": ((PortalUsers, "exists"), (Importers, "find")),
    "save": ((Applications, "save"), (EmailStore, "save")),
    "hand-over": ((Mailer, "hand_over"),),
    "publish": ((Publisher, "publish"),),
    "reply": ((Publisher, "reply"),),
    "forward": ((Publisher, "forward"),),
    "acknowledge": ((IncomingMessage, "ack"),),
}
"""Where to find what the processor awaits, by the names in `points.AWAITS`."""

DIED = "killed itself"


def die(at: str) -> None:
    """Kills itself with SIGKILL, after one line that says where."""
    os.write(1, json.dumps({"event": DIED, "at": at}).encode() + b"\n")
    os.kill(os.getpid(), signal.SIGKILL)


def arm(point: str) -> None:
    """Makes the service die at a point: ``verifier.check-code:save:3:after``."""
    queue, name, number, when = point.split(":")
    turns = itertools.count(1)

    def armed(real: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def turn(*args: Any, **kwargs: Any) -> Any:
            if structlog.contextvars.get_contextvars().get("queue") != queue:
                return await real(*args, **kwargs)
            last = next(turns) == int(number)
            if last and when == "before":
                die(point)
            result = await real(*args, **kwargs)
            if last:
                die(point)
            return result

        return turn

    for owner, method in PLACES[name]:
        setattr(owner, method, armed(getattr(owner, method)))


def step_clock(seconds: float, after: float) -> None:
    """Makes the service's clock wrong by this many seconds after it has run for a while."""
    began, right = time.monotonic(), clock.now

    def now() -> datetime:
        return right() + timedelta(seconds=seconds if time.monotonic() - began >= after else 0)

    clock.now = now


def become(service: str, arguments: Sequence[str]) -> None:
    """Arms what the arguments say and runs the service."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--at", action="append", default=[])
    parser.add_argument("--later", type=float, default=0.0)
    parser.add_argument("--clock", type=float, default=0.0)
    parser.add_argument("--after", type=float, default=0.0)
    parser.add_argument("--lease", type=float)
    told, own = parser.parse_known_args(arguments)
    for point in told.at:
        arm(point)
    if told.later:
        step_clock(told.later, after=0)
    if told.clock:
        step_clock(told.clock, told.after)
    if told.lease:
        vars(email)["LEASE"] = timedelta(seconds=told.lease)
    sys.argv = [*sys.argv[:1], *own]
    runpy.run_module(service, run_name="__main__")


if __name__ == "__main__":
    become(sys.argv[1], sys.argv[2:])
