"""The details page, filled in, and the rules that a change breaks."""

from shared.domain.errors import InvalidFields
from shared.domain.form.account_details import AccountDetails

FILLED_IN = {
    "organizational_structure": "Limited Liability Company",
    "fiscal_year_end": "12/31/2026",
    "duns": "123456789",
    "website": "https://www.example.com",
    "first_name": "Jane",
    "middle_name": "Q",
    "last_name": "Doe",
    "country": "US",
    "street_address": "1300 Pennsylvania Avenue NW",
    "city": "Washington",
    "state": "DC",
    "postal_code": "20229",
    "telephone": "703-555-0100",
}
REQUIRED = {
    "organizational_structure",
    "first_name",
    "last_name",
    "country",
    "street_address",
    "city",
    "state",
    "postal_code",
    "telephone",
}
ELSEWHERE = {"country": "DE", "state": "", "postal_code": "10115", "telephone": "+49-30-1234567"}


def read(**typed: str) -> AccountDetails:
    """Reads the filled-in form with these fields changed."""
    return AccountDetails.parse({**FILLED_IN, **typed})


def rules(**typed: str) -> dict[str, str]:
    """The rules that these fields break; empty if they are accepted."""
    try:
        read(**typed)
    except InvalidFields as refused:
        return refused.rules
    return {}


def broken(**typed: str) -> dict[str, str]:
    """The rules that these fields break; fails if they are accepted."""
    found = rules(**typed)
    assert found, "accepted"
    return found
