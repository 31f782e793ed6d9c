"""Whether emails get out, by what came of the last hour's. Pure: no server, no clock.

A mail server may let us in and take nothing all the same: only the emails themselves tell.
"""

from datetime import datetime, timedelta

from services.console.checks.verdict import Check, Verdict, bad, ok, warn
from services.console.output.formatting import format_span
from shared.storage.overview import COUNTED, Deliveries

NAME = "emails"

EMAILS_WITHIN = timedelta(hours=1)
"""How far back emails are looked at: several times the longest pause between two attempts."""

FEW = 3
"""Deferred emails that may be the caution of somebody's mail server toward one recipient (greylisting)."""


def check_deliveries(deliveries: Deliveries, now: datetime) -> Check:
    """How handing emails over goes: what is worse of those that were given up and those that wait."""
    checks = (_check_parked(deliveries), _check_deferred(deliveries, now))
    return max((check for check in checks if check), key=lambda check: tuple(Verdict).index(check.verdict))


def _check_parked(deliveries: Deliveries) -> Check | None:
    """Code emails that a replay still brings in time; None if there are none."""
    parked = deliveries.parked_codes
    if not parked:
        return None
    to_do = "acectl doctor, and repair what it names; then acectl dead replay --queue notifier.send-code"
    count = "1 code email is" if parked == 1 else f"{parked:,} code emails are"
    count = f"at least {count}" if parked >= COUNTED else count
    says = f"{count} among the dead letters{_explain(deliveries.parked_because)}"
    return bad(NAME, says, to_do) if parked >= FEW else warn(NAME, says, to_do)


def _check_deferred(deliveries: Deliveries, now: datetime) -> Check:
    """Emails that wait for the mail server.

    They are on their way again once it took an email since; code emails once it took one of them: they have a mailer,
    and perhaps a login, of their own.
    """
    last, deferred, codes = deliveries.last_sent_at, deliveries.deferred, deliveries.deferred_codes
    tail = _describe_last(last, "an email", now)
    if not deferred:
        return ok(NAME, f"the mail server {tail}")
    others_wait = deferred > codes and not _is_later(last, deliveries.deferred_at)
    codes_wait = codes > 0 and not _is_later(deliveries.code_sent_at, deliveries.code_deferred_at)
    refused = (codes if codes_wait else 0) + (deferred - codes if others_wait else 0)
    if not refused:
        says = f"the mail server takes emails again: {tail}; {deferred:,} wait{_explain(deliveries.reason)}"
        return warn(NAME, says, "nothing: they are tried again")
    what = "emails"
    if not others_wait:
        what, tail = "code emails", _describe_last(deliveries.code_sent_at, "one", now)
    to_do = "repair what the mail server's words say (acectl emails list); what waits goes out by itself"
    says = f"the mail server does not take {what}: {tail}; {refused:,} wait{_explain(deliveries.reason)}"
    return bad(NAME, says, to_do) if refused >= FEW else warn(NAME, says, to_do)


def _is_later(sent_at: datetime | None, deferred_at: datetime | None) -> bool:
    return bool(sent_at and deferred_at and sent_at > deferred_at)


def _describe_last(at: datetime | None, what: str, now: datetime) -> str:
    return f"last took {what} {format_span(now - at)} ago" if at else "took none in the last hour"


def _explain(reason: str | None) -> str:
    return f": {reason}" if reason else ""
