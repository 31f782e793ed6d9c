"""Whether clocks agree: codes live ten minutes, and a gateway's time is trusted only within limits."""

from datetime import datetime

from services.console.checks.verdict import Check, bad, ok, warn

NOTICED, WRONG = 2.0, 30.0
"""Seconds."""


def check_clock(name: str, theirs: datetime, ours: datetime, precision: float = 0.0) -> Check:
    """Compares their clock with ours. `precision`: by how many seconds theirs may be misread."""
    off = (theirs - ours).total_seconds()
    wrong = max(0.0, abs(off) - precision)
    says = f"{abs(off):.1f} s {'ahead of' if off > 0 else 'behind'} this machine's"
    if wrong >= WRONG:
        return bad(name, says, "set the clocks (NTP): codes end too early or too late")
    if wrong >= NOTICED:
        return warn(name, says, "start NTP on both machines")
    return ok(name, "agrees with this machine's")
