"""What page 3 asks for: details of the company and the account owner (guide, steps 5 and 6)."""

import re
from collections.abc import Callable, Mapping
from functools import partial

from shared.contracts.sealed import DetailFields
from shared.domain.errors import Invalid, InvalidFields
from shared.domain.fields import fiscal_year, telephone, website
from shared.domain.fields.label import COUNTED, is_label
from shared.domain.fields.text import END, LEFT_TO_RIGHT, clear_placeholder, read_line, replace_dashes, unquote
from shared.domain.geography import countries, postal_code, states

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

LONGEST_DUNS = 60

DUNS_LABEL = f"dun bradstreet d b {COUNTED}", "duns db"
"""Words and acronyms that may precede a copied DUNS number."""

OWNER_NAME = ("first_name", "middle_name", "last_name")
"""The parts of the account owner's name, in order."""

NO_MIDDLE_NAME = re.compile(r"nmn|nmi|no middle name", re.IGNORECASE)
"""What people write when they have no middle name."""

LONGEST = {"first_name": 60, "middle_name": 60, "last_name": 60, "street_address": 120, "city": 60}
"""Maximum length of each free text. The other fields' limits are next to their rules."""


class AccountDetails(DetailFields):
    """The fields of page 3, validated and normalized."""

    @property
    def owner_name(self) -> str:
        """The account owner's name, as the authorization shows it."""
        return join_owner_name(vars(self))

    @classmethod
    def parse(cls, typed: Mapping[str, str]) -> "AccountDetails":
        """Reads the fields by the names above. Raises `InvalidFields` with the rule that each invalid field breaks."""
        values, broken = cls.read(typed)
        if broken:
            raise InvalidFields(broken)
        return cls(**values)

    @classmethod
    def read(cls, typed: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
        """Like `parse`, but returns the valid values, and the rule that each invalid field breaks."""
        values: dict[str, str] = {}
        broken: dict[str, str] = {}

        def read(field: str, rule: Callable[[str], str]) -> None:
            try:
                values[field] = rule(typed.get(field, ""))
            except Invalid as error:
                broken[field] = error.rule

        read("organizational_structure", _read_structure)
        read("fiscal_year_end", fiscal_year.parse_end)
        read("duns", _read_duns)
        read("website", website.parse)
        for name in ("first_name", "last_name", "street_address", "city"):
            read(name, partial(read_line, longest=LONGEST[name]))
        read("middle_name", _read_middle_name)
        read("country", countries.parse)
        country = values.get("country")
        if country:
            read("state", partial(states.parse, country=country))
            read("postal_code", partial(postal_code.parse, country=country))
        else:  # no country to check against, but a missing value shows
            read("state", partial(read_line, longest=states.LONGEST, required=False))
            read("postal_code", partial(read_line, longest=postal_code.LONGEST))
        read("telephone", partial(telephone.parse, country=country))
        return values, broken


def join_owner_name(values: Mapping[str, str]) -> str:
    """Joins the parts of the account owner's name."""
    return " ".join(filter(None, (values[part] for part in OWNER_NAME)))


def _read_structure(text: str) -> str:
    typed = read_line(text, longest=60)
    if typed not in ORGANIZATIONAL_STRUCTURES:
        raise Invalid("unknown")
    return typed


def _read_duns(text: str) -> str:
    if len(text) > 4 * LONGEST_DUNS:
        raise Invalid("too-long")
    typed = read_line(text.replace(LEFT_TO_RIGHT, ""), longest=LONGEST_DUNS, required=False)
    number = unquote(END.sub("", replace_dashes(clear_placeholder(typed))))
    label = re.match(r"\D*", number)
    if label and label[0] != number and is_label(label[0], *DUNS_LABEL):
        number = number[label.end() :]
    digits = re.sub(r"[\s.()-]", "", number)
    if number and not re.fullmatch(r"\d{9}", digits, re.ASCII):
        raise Invalid("malformed")
    return digits


def _read_middle_name(text: str) -> str:
    typed = clear_placeholder(read_line(text, longest=LONGEST["middle_name"], required=False))
    return "" if NO_MIDDLE_NAME.fullmatch(typed) else typed
