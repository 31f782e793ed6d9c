"""Whether emails get out, by what came of the last hour's. Pure: no server, no clock.

A mail server may let us in and take nothing all the same: only the emails themselves tell.
"""

from datetime import datetime, timedelta

from services.console.checks.verdict import Check, bad, ok, warn
from services.console.output.formatting import format_span
from shared.storage.overview import Deliveries

NAME = "emails"

EMAILS_WITHIN = timedelta(hours=1)
"""How far back emails are looked at: several times the longest pause between two attempts."""

FEW = 3
"""Deferred emails that may be the caution of somebody's mail server toward one recipient (greylisting)."""


def check_deliveries(deliveries: Deliveries, now: datetime) -> Check:
    """How handing emails over goes. What waits for a mail server that took one since is on its way again."""
    last, deferred, parked = deliveries.last_sent_at, deliveries.deferred, deliveries.parked_codes
    tail = f"last took an email {format_span(now - last)} ago" if last else "took none in the last hour"
    if parked:
        to_do = "acectl doctor, and repair what it names; then acectl dead replay --queue notifier.send-code"
        count = "1 code email is" if parked == 1 else f"{parked:,} code emails are"
        says = f"{count} among the dead letters{_explain(deliveries.parked_because)}"
        return bad(NAME, says, to_do) if parked >= FEW else warn(NAME, says, to_do)
    if not deferred:
        return ok(NAME, f"the mail server {tail}")
    waiting = f"{tail}; {deferred:,} wait{_explain(deliveries.reason)}"
    if last and deliveries.deferred_at and last > deliveries.deferred_at:
        return warn(NAME, f"the mail server takes emails again: {waiting}", "nothing: they are tried again")
    to_do = "repair what the mail server's words say (acectl emails list); what waits goes out by itself"
    says = f"the mail server does not take emails: {waiting}"
    return bad(NAME, says, to_do) if deferred >= FEW else warn(NAME, says, to_do)


def _explain(reason: str | None) -> str:
    return f": {reason}" if reason else ""
