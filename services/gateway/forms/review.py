"""Page 3's answers as they will be recorded, for people to check before they submit them."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.gateway.forms import fields
from services.gateway.forms.fields import Field
from shared.contracts.sealed import AccountRequest
from shared.domain.fields.importer_number import ImporterNumber
from shared.domain.form.account_details import OWNER_NAME, AccountDetails, join_owner_name
from shared.domain.geography import countries, states

NOT_GIVEN = "Not given"
MISSING = "Not entered yet"
WRONG = "To be corrected"


@dataclass(frozen=True)
class ReviewRow:
    """One row: its title, the value to record, and the field to change it in."""

    name: str
    title: str
    value: str
    given: bool = True
    change: str = ""
    """The field that its link leads to. Empty if the answer can no longer change."""


@dataclass(frozen=True)
class Review:
    """All rows, and the broken rule of each field that is not ready to record."""

    rows: tuple[ReviewRow, ...]
    rules: Mapping[str, str]
    owner_name: str
    """As the authorization will show it; empty while a part of it breaks a rule."""

    @classmethod
    def read(cls, typed: Mapping[str, str], verified: AccountRequest | None) -> "Review":
        """Reads the fields as Submit does. `verified` is page 1, with the importer that the code was for."""
        values, rules = AccountDetails.read(typed)
        country = values.get("country", "")
        written = values | _write_out(country, values.get("state", ""))
        details = (
            _make_row(field, written.get(field.name, ""), rules.get(field.name), country) for field in fields.DETAILS
        )
        owner = "" if rules.keys() & OWNER_NAME else join_owner_name(values)
        return cls((*(_make_verified_rows(verified) if verified else ()), *details), rules, owner)

    @property
    def left(self) -> int:
        """How many answers are missing or wrong."""
        return len(self.rules)


def _make_row(field: Field, value: str, rule: str | None, country: str) -> ReviewRow:
    stateless = field.name == "state" and country and states.use(country) == "none"  # scripts hide its field
    change = "country" if stateless else field.name
    text = (MISSING if rule == "missing" else WRONG) if rule else value or NOT_GIVEN
    return ReviewRow(field.name, field.title, text, given=bool(value), change=change)


def _write_out(country: str, state: str) -> dict[str, str]:
    if not country:
        return {}
    return {"country": countries.list_names()[country], "state": states.list_names(country).get(state, state)}


def _make_verified_rows(request: AccountRequest) -> tuple[ReviewRow, ...]:
    values = {
        "company_name": request.company_name,
        "importer_number": ImporterNumber.parse(request.importer_number).masked,
        "email": request.email,
    }
    return tuple(ReviewRow(field.name, field.title, values[field.name]) for field in fields.REQUEST)
