"""The end of a fiscal year: a day of one year, however people and spreadsheets write it (guide, step 5b)."""

import re
from calendar import day_name, month_name
from collections.abc import Iterable
from datetime import date

from shared.domain.invalid import Invalid
from shared.domain.text import END, line, plain_dashes, unless_none

LONGEST = 40
"""Characters: ``Wednesday, the 30th of September 2026, 12:00:00 AM`` has more, and nobody writes it."""

_PART = r"(\d{1,2}) ?[/ -] ?"
"""Month or day, and what parts it from the next. No dots: with them, dates begin with the day."""

_MIDNIGHT = re.compile(r"(?<=\d)(?:,? +|T)(?:0?0:00(?::00(?:\.0+)?)?|12:00(?::00)? ?AM)Z?$", re.IGNORECASE)
"""The time that spreadsheets and programs put behind a day."""

_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b", re.IGNORECASE)

_MONTH, _DAY, _YEAR = r"(?P<month>[^\W\d]+)", r"(?P<day>\d{1,2})", r"(?P<year>\d{4})"
_ORDERS = [
    re.compile(" ".join(order), re.ASCII)
    for order in ((_MONTH, _DAY, _YEAR), (_DAY, _MONTH, _YEAR), (_YEAR, _MONTH, _DAY))
]

_LEFT_OUT = frozenset(("of", "the", "on"))


def parse_end(text: str) -> str:
    """The date as MM/DD/YYYY; nothing where nothing was entered.

    Raises:
        Invalid: ``too-long``; ``malformed``; ``year-incomplete``; ``day-first`` (a day stands before its month);
            ``no-such-day``; ``weekday`` (the day is another day of the week than the one that is named).

    """
    typed = plain_dashes(unless_none(line(text, longest=LONGEST, required=False)))
    typed = _MIDNIGHT.sub("", END.sub("", typed))
    if not typed:
        return ""
    if re.fullmatch(rf"{_PART}{_PART}\d\d|{_PART}\d{{1,2}}", typed, re.ASCII):
        raise Invalid("year-incomplete")
    weekday = None
    if american := re.fullmatch(rf"{_PART}{_PART}(\d{{4}})", typed, re.ASCII):
        month, day, year = map(int, american.groups())
    elif iso := re.fullmatch(r"(\d{4})[/-](\d{1,2})[/-](\d{1,2})", typed, re.ASCII):
        year, month, day = map(int, iso.groups())
    else:
        year, month, day, weekday = _written_out(typed)
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


def _written_out(typed: str) -> tuple[int, int, int, int | None]:
    """Year, month, day and perhaps weekday of a date that names its month: ``Thu, Dec 31, 2026``, ``2026-Dec-31``."""
    words = [word for word in re.findall(r"[^\W\d]+|\d+", _ORDINAL.sub("", typed)) if word.lower() not in _LEFT_OUT]
    weekday = _named(words[0], day_name) if words else None
    text = " ".join(words if weekday is None else words[1:])
    for order in _ORDERS:
        if (found := order.fullmatch(text)) and (month := _named(found["month"], month_name)):
            return int(found["year"]), month, int(found["day"]), weekday
    raise Invalid("malformed")


def _named(word: str, names: Iterable[str]) -> int | None:
    """The place of the name that begins so, with three letters or more: of a month, or of a day of the week."""
    begun = (place for place, name in enumerate(names) if name.lower().startswith(word.lower()))
    return next(begun, None) if len(word) > 2 else None
