"""The end of a fiscal year: a date with a year, however people and spreadsheets write it (guide, step 5b)."""

import re
from calendar import day_name, month_name
from collections.abc import Iterable
from datetime import date

from shared.domain.errors import Invalid
from shared.domain.fields.text import END, clear_placeholder, read_line, replace_dashes, unquote

LONGEST = 80
"""Characters. The longest date with weekday and time that people or JavaScript write has 65."""

_LABEL = re.compile(
    r"^(?:(?:account'?s?|our|the|fiscal|tax|year'?s?|end(?:s|ing)?|date|fye?|is|on)\b[\s:=#.-]*)+", re.IGNORECASE
)
"""What may precede a copied date: ``Fiscal year end:``, ``FYE``, ``on``."""

_MIDNIGHT = re.compile(
    r"(?<=\d)(?:,? +(?:at +)?|T)"
    r"(?:0?0:00(?::00(?:\.0+)?)?(?: ?AM)?|12(?::00){0,2}(?:\.0+)? ?A\.?M\b\.?)"
    r"(?: ?(?:Z|UTC|GMT))?(?:[+-]\d\d(?::?\d\d)?)?(?: \([^\d()]+\))?(?= |$)",
    re.IGNORECASE,
)
"""The time and zone that spreadsheets and programs append to a date. Not ``24:00``, which ends the day."""

_TIME = re.compile(r"\d:\d\d|\d ?[ap]\.?m\b|\b(?:noon|midnight)\b", re.IGNORECASE)

_PART = r"(\d{1,2}) ?([./ -]) ?"
"""Month or day, and the separator after it."""

_ORDINAL = re.compile(r"(?<=\d) ?(?:st|nd|rd|th)\b", re.IGNORECASE)
"""Any ending counts: ``31th`` can only mean one day."""

_MONTH, _DAY, _YEAR = r"(?P<month>[^\W\d]+)", r"(?P<day>\d{1,2})", r"(?P<year>\d{4}|\d\d)"
_ORDERS = [
    re.compile(order, re.ASCII)
    for order in (f"{_MONTH} {_DAY}(?: {_YEAR})?", f"{_DAY} {_MONTH}(?: {_YEAR})?", f"{_YEAR} {_MONTH} {_DAY}")
]

_LEFT_OUT = frozenset(("of", "the", "day", "in"))


def parse_end(text: str) -> str:
    """The date as MM/DD/YYYY; empty if nothing was entered.

    Raises:
        Invalid: ``too-long``; ``malformed``; ``year-incomplete``; ``day-first`` (the day precedes the month);
            ``no-such-day``; ``weekday`` (the date falls on another weekday than the one named, so either may be
            wrong); ``time`` (any but midnight).

    """
    typed = unquote(END.sub("", replace_dashes(clear_placeholder(read_line(text, longest=LONGEST, required=False)))))
    if not typed:
        return ""
    weekday, typed = _take_weekday(_MIDNIGHT.sub("", _LABEL.sub("", typed)))
    if _TIME.search(typed):
        raise Invalid("time")
    year, month, day = _read_numbers(typed) or _read_month_name(typed)
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


def _take_weekday(typed: str) -> tuple[int | None, str]:
    """The weekday named before or after the date, if any, and the rest."""
    for word in re.findall(r"^[^\W\d]+|[^\W\d]+(?=\W*$)", typed):
        weekday = _find_name(word.lower().removesuffix("s"), day_name)
        if weekday is not None:
            return weekday, typed.replace(word, "", 1).strip(" ,.()-")
    return None, typed


def _read_numbers(typed: str) -> tuple[int, int, int] | None:
    """Year, month and day of a numeric date. With dots, two orders look alike, so only an unambiguous one counts."""
    if re.fullmatch(rf"{_PART}{_PART}\d\d|{_PART}\d{{1,2}}", typed, re.ASCII):
        raise Invalid("year-incomplete")
    if iso := re.fullmatch(rf"(\d{{4}}) ?[./ -] ?{_PART}(\d{{1,2}})", typed, re.ASCII):
        return int(iso[1]), int(iso[2]), int(iso[4])
    american = re.fullmatch(rf"{_PART}{_PART}(\d{{4}})", typed, re.ASCII)
    if not american or (american[2] == "." and int(american[1]) <= 12 and int(american[3]) <= 12):
        return None
    return int(american[5]), int(american[1]), int(american[3])


def _read_month_name(typed: str) -> tuple[int, int, int]:
    """Year, month and day of a date with the month's name: ``Dec 31, 2026``, ``the 31st of December 2026``."""
    words = [word for word in re.findall(r"[^\W\d]+|\d+", _ORDINAL.sub("", typed)) if word.lower() not in _LEFT_OUT]
    for order in _ORDERS:
        if (found := order.fullmatch(" ".join(words))) and (month := _find_name(found["month"].lower(), month_name)):
            if len(found["year"] or "") != 4:
                raise Invalid("year-incomplete")
            return int(found["year"]), month, int(found["day"])
    raise Invalid("malformed")


def _find_name(word: str, names: Iterable[str]) -> int | None:
    """The index of the month or weekday that begins with this word of three letters or more."""
    begun = (place for place, name in enumerate(names) if name.lower().startswith(word))
    return next(begun, None) if len(word) > 2 else None
