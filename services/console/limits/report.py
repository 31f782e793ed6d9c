"""What limits say about a subject now."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from shared.domain.limits.code_emails import WRONG_CODES, CodeSent, Places, find_turn
from shared.domain.limits.failures import Limit, Verdict, judge
from shared.domain.limits.keys import is_of_importer
from shared.domain.limits.tally import DAY, HOUR, Tally
from shared.storage.limits import Counted


def describe(limits: Iterable[Limit], counted: Counted, wrong_codes: int | None, now: datetime) -> list[dict[str, Any]]:
    """A line for each limit: what it counts, how often that happened, and what it leads to until when.

    `wrong_codes`: the most in a row by one requester, if it is about an importer.
    """
    failures = [_describe_failures(limit, counted.tallies[limit.key], now) for limit in limits]
    codes = [_describe_codes(key, sent, now) for key, sent in counted.codes.items()]
    return sorted(failures, key=lambda line: str(line["limit"])) + codes + _describe_wrong_codes(wrong_codes)


def _describe_wrong_codes(wrong_codes: int | None) -> list[dict[str, Any]]:
    if not wrong_codes:
        return []
    leads_to = "no code before this is lifted" if wrong_codes >= WRONG_CODES else None
    return [_make_line(f"wrong codes in a row: {wrong_codes}", None, None, leads_to, None)]


def _describe_failures(limit: Limit, tally: Tally, now: datetime) -> dict[str, Any]:
    verdict = judge([limit], {limit.key: tally}, now)
    counts = tally.count(HOUR, now), tally.count(DAY, now)
    return _make_line(limit.name, *counts, _name_effect(verdict), verdict.refused_until)


def _name_effect(verdict: Verdict) -> str | None:
    if verdict.refused_until:
        return "refused"
    if verdict.uniform:
        return "the same answer for all"
    return "verification, or a wait" if verdict.wait else None


def _describe_codes(key: str, sent: tuple[CodeSent, ...], now: datetime) -> dict[str, Any]:
    """What somebody new would meet who asks for a code now."""
    places, none = Places(sent, CodeSent(now)), Places((), CodeSent(now))
    of_importer = is_of_importer(key)
    turn = find_turn(places, none, now) if of_importer else find_turn(none, places, now)
    last_hour, last_day = (sum(now - window < code.at <= now for code in sent) for window in (HOUR, DAY))
    leads_to = "the next waits for its turn" if turn.at else "verification, or a wait" if turn.wait else None
    name = "code emails for the importer" if of_importer else "code emails to the contact"
    return _make_line(name, last_hour, last_day, leads_to, turn.at)


def _make_line(
    limit: str, last_hour: int | None, last_day: int | None, leads_to: str | None, until: datetime | None
) -> dict[str, Any]:
    return {"limit": limit, "last_hour": last_hour, "last_day": last_day, "leads_to": leads_to, "until": until}
