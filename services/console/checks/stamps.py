"""Whether the broker says when a message arrived: codes and details are judged by that."""

from collections.abc import Awaitable

from services.console.checks.verdict import Check, bad, ok, warn
from shared.messaging.broker_limits import STAMP_SETTING
from shared.messaging.stamp_proof import CannotProve

NAME = "arrival stamps"

WITHIN = 3.0
"""Seconds that the proof may take. It takes longer only where the broker takes no messages."""


async def check_stamps(proof: Awaitable[bool]) -> Check:
    """Judges the proof that the broker overwrites a forged stamp."""
    try:
        if await proof:
            return ok(NAME, "a forged one is overwritten")
    except CannotProve as why:
        return warn(NAME, f"not checked: {why}", "acectl topology apply")
    except TimeoutError:
        return bad(NAME, "not checked: the broker takes no messages", "rabbitmq-diagnostics check_alarms, on each node")
    says = "the broker passes on a forged one: codes count a minute back from when they are handled, and no longer"
    return bad(NAME, says, f"{STAMP_SETTING} = true in rabbitmq.conf of every node")
