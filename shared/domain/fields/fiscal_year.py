"""The end of a fiscal year: a day of one year, however people and spreadsheets write it (guide, step 5b)."""

import re
from calendar import day_name, month_name
from collections.abc import Iterable
from datetime import date

from shared.domain.errors import Invalid
from shared.domain.fields.text import END, line, plain_dashes, unless_none, unquoted

LONGEST = 80
"""Characters: the longest day with a weekday and a time, as people or JavaScript write it, has 65."""

_LABEL = re.compile(
    r"^(?:(?:account'?s?|our|the|fiscal|tax|year'?s?|end(?:s|ing)?|date|fye?|is|on)\b[\s:=#.-]*)+", re.IGNORECASE
)
"""What may stand before a date where it was copied: ``Fiscal year end:``, ``FYE``, ``on``."""

_MIDNIGHT = re.compile(
    r"(?<=\d)(?:,? +(?:at +)?|T)"
    r"(?:0?0:00(?::00(?:\.0+)?)?(?: ?AM)?|12(?::00){0,2}(?:\.0+)? ?A\.?M\b\.?)"
    r"(?: ?(?:Z|UTC|GMT))?(?:[+-]\d\d(?::?\d\d)?)?(?: \([^\d()]+\))?(?= |$)",
    re.IGNORECASE,
)
"""The time and its zone that spreadsheets and programs put behind a day. Not ``24:00``: that is the end of it."""

_TIME = re.compile(r"\d:\d\d|\d ?[ap]\.?m\b|\b(?:noon|midnight)\b", re.IGNORECASE)

_PART = r"(\d{1,2}) ?([./ -]) ?"
"""Month or day, and what parts it from the next."""

_ORDINAL = re.compile(r"(?<=\d) ?(?:st|nd|rd|th)\b", re.IGNORECASE)
"""Whichever it is: nobody means another day with ``31th``."""

_MONTH, _DAY, _YEAR = r"(?P<month>[^\W\d]+)", r"(?P<day>\d{1,2})", r"(?P<year>\d{4}|\d\d)"
_ORDERS = [
    re.compile(order, re.ASCII)
    for order in (f"{_MONTH} {_DAY}(?: {_YEAR})?", f"{_DAY} {_MONTH}(?: {_YEAR})?", f"{_YEAR} {_MONTH} {_DAY}")
]

_LEFT_OUT = frozenset(("of", "the", "day", "in"))


def parse_end(text: str) -> str:
    """The date as MM/DD/YYYY; nothing where nothing was entered.

    Raises:
        Invalid: ``too-long``; ``malformed``; ``year-incomplete``; ``day-first`` (a day stands before its month);
            ``no-such-day``; ``weekday`` (the day is another day of the week than the one that is named: nobody knows
            which of the two is meant); ``time`` (one other than midnight).

    """
    typed = unquoted(END.sub("", plain_dashes(unless_none(line(text, longest=LONGEST, required=False)))))
    if not typed:
        return ""
    weekday, typed = _weekday(_MIDNIGHT.sub("", _LABEL.sub("", typed)))
    if _TIME.search(typed):
        raise Invalid("time")
    year, month, day = _numbers(typed) or _written_out(typed)
    if day <= 12 < month:
        raise Invalid("day-first")
    if not 1900 <= year <= 2199:
        raise Invalid("malformed")
    try:
        end = date(year, month, day)
    except ValueError:
        raise Invalid("no-such-day") from None
    if weekday not in (None, end.weekday()):
        raise Invalid("weekday")
    return end.strftime("%m/%d/%Y")


def _weekday(typed: str) -> tuple[int | None, str]:
    """The day of the week that is named before the date or behind it, if one is, and the rest."""
    for word in re.findall(r"^[^\W\d]+|[^\W\d]+(?=\W*$)", typed):
        weekday = _named(word.lower().removesuffix("s"), day_name)
        if weekday is not None:
            return weekday, typed.replace(word, "", 1).strip(" ,.()-")
    return None, typed


def _numbers(typed: str) -> tuple[int, int, int] | None:
    """Year, month and day of a date in figures. With dots, dates of two orders begin alike: only one is certain."""
    if re.fullmatch(rf"{_PART}{_PART}\d\d|{_PART}\d{{1,2}}", typed, re.ASCII):
        raise Invalid("year-incomplete")
    if iso := re.fullmatch(rf"(\d{{4}}) ?[./ -] ?{_PART}(\d{{1,2}})", typed, re.ASCII):
        return int(iso[1]), int(iso[2]), int(iso[4])
    american = re.fullmatch(rf"{_PART}{_PART}(\d{{4}})", typed, re.ASCII)
    if not american or (american[2] == "." and int(american[1]) <= 12 and int(american[3]) <= 12):
        return None
    return int(american[5]), int(american[1]), int(american[3])


def _written_out(typed: str) -> tuple[int, int, int]:
    """Year, month and day of a date that names its month: ``Dec 31, 2026``, ``the 31st of December 2026``."""
    words = [word for word in re.findall(r"[^\W\d]+|\d+", _ORDINAL.sub("", typed)) if word.lower() not in _LEFT_OUT]
    for order in _ORDERS:
        if (found := order.fullmatch(" ".join(words))) and (month := _named(found["month"].lower(), month_name)):
            if len(found["year"] or "") != 4:
                raise Invalid("year-incomplete")
            return int(found["year"]), month, int(found["day"])
    raise Invalid("malformed")


def _named(word: str, names: Iterable[str]) -> int | None:
    """The place of the name that begins so, with three letters or more: of a month, or of a day of the week."""
    begun = (place for place, name in enumerate(names) if name.lower().startswith(word))
    return next(begun, None) if len(word) > 2 else None
