"""What page 3 asks for: the company's and the account owner's particulars (guide, steps 5 and 6)."""

import re
from calendar import month_name
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from urllib.parse import urlsplit

from shared.domain import postal, telephone
from shared.domain.invalid import Invalid, InvalidFields
from shared.domain.text import END, line, plain_dashes, unless_none

ORGANIZATIONAL_STRUCTURES = (
    "Corporation",
    "Partnership",
    "Limited Liability Company",
    "Sole Proprietorship",
    "Individual",
    "U.S. Government",
    "State or Local Government",
    "Foreign Government",
)

LONGEST_DATE = 20
LONGEST_DUNS = 40
_PART = r"(\d{1,2}) ?[/ -] ?"
"""Month or day, and what parts it from the next. No dots: with them, dates begin with the day."""

DUNS_LABEL = re.compile(r"^d-?u-?n-?s\W*((number|no)\b\W*)?|^#", re.IGNORECASE)
"""What may stand before a DUNS number where it was copied."""

HOST = re.compile(r"([\w-]+\.)+(?=[\w-]*[^\W\d])[\w-]+")
"""A host by its name. Its last part has a letter: digits alone are a telephone number."""

LONGEST = {"website": 200, "first_name": 60, "middle_name": 60, "last_name": 60, "street_address": 120, "city": 60}
"""Characters that each free text may have. The other fields' limits stand with their rules."""


@dataclass(frozen=True)
class AccountDetails:
    """The fields of page 3 and the authorization, checked. Empty strings where nothing was entered."""

    organizational_structure: str
    fiscal_year_end: str
    duns: str
    website: str
    first_name: str
    middle_name: str
    last_name: str
    country: str
    street_address: str
    city: str
    state: str
    postal_code: str
    telephone: str

    @property
    def owner_name(self) -> str:
        """The account owner's name, as the authorization shows it."""
        return " ".join(part for part in (self.first_name, self.middle_name, self.last_name) if part)

    @classmethod
    def parse(cls, typed: Mapping[str, str]) -> "AccountDetails":
        """Reads the fields by the names above. Raises `InvalidFields` with a rule for each that breaks one."""
        values, broken = cls.read(typed)
        if broken:
            raise InvalidFields(broken)
        return cls(**values)

    @classmethod
    def read(cls, typed: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
        """The same field by field: the values that are valid, and the rule that each other field breaks."""
        values: dict[str, str] = {}
        broken: dict[str, str] = {}

        def read(field: str, rule: Callable[[str], str]) -> None:
            try:
                values[field] = rule(typed.get(field, ""))
            except Invalid as error:
                broken[field] = error.rule

        read("organizational_structure", _organizational_structure)
        read("fiscal_year_end", _fiscal_year_end)
        read("duns", _duns)
        read("website", _website)
        for name in ("first_name", "last_name", "street_address", "city"):
            read(name, partial(line, longest=LONGEST[name]))
        read("middle_name", _middle_name)
        read("country", postal.parse_country)
        country = values.get("country")
        if country:
            read("state", partial(postal.parse_state, country=country))
            read("postal_code", partial(postal.parse_code, country=country))
        else:  # whether they are this country's, nobody can tell; that there is none, anybody
            read("state", partial(line, longest=postal.LONGEST_STATE, required=False))
            read("postal_code", partial(line, longest=postal.LONGEST_CODE))
        read("telephone", partial(telephone.parse, country=country))
        return values, broken


def _organizational_structure(text: str) -> str:
    typed = line(text, longest=60)
    if typed not in ORGANIZATIONAL_STRUCTURES:
        raise Invalid("unknown")
    return typed


def _fiscal_year_end(text: str) -> str:
    """MM/DD/YYYY, or the ISO form that a browser's own date field sends; kept as MM/DD/YYYY."""
    typed = _unless_none(text, LONGEST_DATE)
    if not typed:
        return ""
    if re.fullmatch(rf"{_PART}{_PART}\d\d|{_PART}\d{{1,2}}", typed, re.ASCII):
        raise Invalid("year-incomplete")
    american = re.fullmatch(rf"{_PART}{_PART}(\d{{4}})", typed, re.ASCII)
    iso = re.fullmatch(r"(\d{4})[/-](\d{1,2})[/-](\d{1,2})", typed, re.ASCII)
    if american:
        month, day, year = map(int, american.groups())
    elif iso:
        year, month, day = map(int, iso.groups())
    else:
        year, month, day = _written_out(typed)
    if day <= 12 < month:
        raise Invalid("day-first")
    if not 1900 <= year <= 2199:
        raise Invalid("malformed")
    try:
        return date(year, month, day).strftime("%m/%d/%Y")
    except ValueError:
        raise Invalid("no-such-day") from None


def _written_out(typed: str) -> tuple[int, int, int]:
    """Year, month and day of a date that names its month: ``Dec 31, 2026``, ``31-Dec-2026``."""
    words = re.findall(r"[^\W\d]+|\d+", typed)
    named = [word for word in words if word.isalpha()]
    if len(words) == 3 and len(named) == 1 and len(named[0]) > 2:
        month = [place for place, name in enumerate(month_name) if name.lower().startswith(named[0].lower())]
        day, year = (word for word in words if word.isdecimal())
        if month and words.index(named[0]) < 2 and len(day) <= 2 and len(year) == 4:
            return int(year), month[0], int(day)
    raise Invalid("malformed")


def _duns(text: str) -> str:
    typed = _unless_none(text, LONGEST_DUNS)
    digits = re.sub(r"[\s.-]", "", DUNS_LABEL.sub("", typed))
    if typed and not re.fullmatch(r"\d{9}", digits, re.ASCII):
        raise Invalid("malformed")
    return digits


def _website(text: str) -> str:
    typed = END.sub("", unless_none(line(text, longest=LONGEST["website"], required=False)))
    if not typed:
        return ""
    try:
        parts = urlsplit(typed if "://" in typed else f"https://{typed}")
        host = parts.hostname or ""
    except ValueError:
        raise Invalid("malformed") from None
    if parts.scheme.lower() not in ("http", "https") or parts.username or not HOST.fullmatch(host):
        raise Invalid("malformed")
    return typed


def _middle_name(text: str) -> str:
    return unless_none(line(text, longest=LONGEST["middle_name"], required=False))


def _unless_none(text: str, longest: int) -> str:
    return plain_dashes(unless_none(line(text, longest=longest, required=False)))
