"""What limits say about a subject now."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shared.domain.limits.code_emails import CodeSent
from shared.domain.limits.failures import Limit, Verdict, judge
from shared.domain.limits.tally import DAY, HOUR, Tally
from shared.storage.limits import Counted


def describe(limits: Mapping[str, Limit], counted: Counted, now: datetime) -> list[dict[str, Any]]:
    """A line for each key: what it counts, how often that happened, and what it leads to until when."""
    failures = [_describe_failures(limits[key], tally, now) for key, tally in counted.tallies.items()]
    codes = [_describe_codes(sent, now) for sent in counted.codes.values()]
    return sorted(failures, key=lambda line: str(line["limit"])) + codes


def _describe_failures(limit: Limit, tally: Tally, now: datetime) -> dict[str, Any]:
    verdict = judge([limit], {limit.key: tally}, now)
    return {
        "limit": limit.name,
        "last_hour": tally.count(HOUR, now),
        "last_day": tally.count(DAY, now),
        "leads_to": _name_effect(verdict),
        "until": verdict.refused_until,
    }


def _name_effect(verdict: Verdict) -> str | None:
    if verdict.refused_until:
        return "refused"
    if verdict.uniform:
        return "the same answer for all"
    return "verification, or a wait" if verdict.wait else None


def _describe_codes(sent: tuple[CodeSent, ...], now: datetime) -> dict[str, Any]:
    return {
        "limit": "code emails",
        "last_hour": sum(code.at > now - HOUR for code in sent),
        "last_day": sum(code.at > now - DAY for code in sent),
        "leads_to": None,
        "until": None,
    }
