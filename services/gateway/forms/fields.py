"""The fields of each page, in the guide's order and with its exact labels."""

from dataclasses import dataclass, field
from typing import Literal

from shared.domain.fields import email_address, fiscal_year, importer_number, telephone, website
from shared.domain.form import authorization, verification_code
from shared.domain.form.account_details import LONGEST, LONGEST_DUNS, ORGANIZATIONAL_STRUCTURES
from shared.domain.geography import countries, postal_code, states
from shared.domain.importer_record import company_name

KEPT = 500
"""Characters of a field kept from one page to the next: more than any field accepts."""


@dataclass(frozen=True)
class Field:
    """One field: its name in the contracts, its label in the guide, and how a browser can help fill it in."""

    name: str
    label: str
    longest: int = 0
    kind: Literal["text", "select", "checkbox", "challenge"] = "text"
    hint: str = ""
    autocomplete: str = "off"
    inputmode: str = "text"
    enterkeyhint: Literal["next", "go"] = "next"
    options: tuple[str, ...] = ()
    suggestions: str = ""
    attributes: tuple[str, ...] = field(default=(), kw_only=True)

    @property
    def required(self) -> bool:
        """Whether the guide marks it as required."""
        return self.label.startswith("*")

    @property
    def room(self) -> int:
        """Characters that a browser lets people type: more than we accept, because it cuts off the rest silently."""
        return min(4 * self.longest, KEPT)

    @property
    def title(self) -> str:
        """The label without its asterisk, for use in a sentence."""
        return self.label.removeprefix("*")


VERBATIM = ("spellcheck", "autocapitalize")
"""Attributes of fields that people copy from a document or an email: no corrections by the browser."""

REQUEST = (
    Field(
        "company_name",
        "*Company Name",
        company_name.LONGEST,
        hint="As it stands on the importer's CBP Form 5106.",
        autocomplete="organization",
    ),
    Field(
        "importer_number",
        "*Importer Record Number (IR#)",
        importer_number.LONGEST,
        hint="EIN with its suffix: NN-NNNNNNNXX,\n"
        "CBP-assigned number: YYDDPP-NNNNN,\n"
        "Social Security number: NNN-NN-NNNN.",
        attributes=VERBATIM,
    ),
    Field(
        "email",
        "*Business Email Address (Account Owner Login Email)",
        email_address.LONGEST_TYPED,
        hint="Your own business address. It becomes the login of the account owner.",
        autocomplete="email",
        inputmode="email",
        enterkeyhint="go",
        attributes=VERBATIM,
    ),
)

CHALLENGE = Field("challenge", "Human verification", kind="challenge")
"""On page 1, if prompted."""

CODE = (
    Field(
        "code",
        "*Verification Code",
        verification_code.LONGEST,
        hint="Eight letters and digits, written XXXX-XXXX. Capitals and the dash do not matter.",
        autocomplete="one-time-code",
        enterkeyhint="go",
        attributes=VERBATIM,
    ),
)

DETAILS = (
    Field(
        "organizational_structure",
        "*Company Organizational Structure",
        kind="select",
        options=ORGANIZATIONAL_STRUCTURES,
    ),
    Field("fiscal_year_end", "Account's Fiscal Year End Date", fiscal_year.LONGEST, hint="MM/DD/YYYY"),
    Field("duns", "DUNS#", LONGEST_DUNS, hint="Nine digits.", inputmode="numeric"),
    Field("website", "Company Website", website.LONGEST, autocomplete="url", inputmode="url", attributes=VERBATIM),
    Field("first_name", "*Account Owner First Name", LONGEST["first_name"], autocomplete="given-name"),
    Field("middle_name", "Account Owner Middle Name", LONGEST["middle_name"], autocomplete="additional-name"),
    Field("last_name", "*Account Owner Last Name", LONGEST["last_name"], autocomplete="family-name"),
    Field(
        "country",
        "*Country",
        countries.LONGEST,
        hint="Type part of its code or name.",
        autocomplete="country-name",
        suggestions="countries",
    ),
    Field("street_address", "*Street Address", LONGEST["street_address"], autocomplete="street-address"),
    Field("city", "*City", LONGEST["city"], autocomplete="address-level2"),
    Field(
        "state",
        "State",
        states.LONGEST,
        hint="Required in the United States, Canada and Mexico. Type part of its name or abbreviation.",
        autocomplete="address-level1",
        suggestions="states",
    ),
    Field(
        "postal_code",
        "*Zip Code",
        postal_code.LONGEST,
        hint="Enter N/A if your country has none.",
        autocomplete="postal-code",
    ),
    Field(
        "telephone",
        "*Telephone Number",
        telephone.LONGEST,
        hint="Include a dash (\u2013) to separate the parts of a phone number.\n"  # the guide's own note
        "Such as 202-555-0123. Begin another country's number with +.",
        autocomplete="tel",  # no inputmode: telephone keypads have no dash, and the guide wants dashes
    ),
)

AUTHORIZED = Field(
    "authorized",
    authorization.WORDINGS[authorization.NEWEST],
    kind="checkbox",
)

LIMITS = {field.name: field.longest for field in (*REQUEST, *CODE, *DETAILS)}

TITLES = {field.name: field.title for field in (*REQUEST, CHALLENGE, *CODE, *DETAILS)} | {"authorized": "Authorization"}
