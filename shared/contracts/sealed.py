"""The content of the contracts' sealed fields, as JSON before it is sealed."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StringConstraints

from shared.contracts.problem import Problem

Typed = Annotated[str, StringConstraints(max_length=500)]
"""Text as a person typed it. The domain, not the contract, rules which text a field accepts."""


class SealedContent(BaseModel):
    """The content of a sealed field."""

    model_config = ConfigDict(
        cache_strings="keys",  # no value that somebody typed stays in the JSON parser's cache
        frozen=True,
        extra="ignore",
        hide_input_in_errors=True,
        defer_build=True,
    )


class AccountRequest(SealedContent):
    """Page 1 of the form: `request` of start-application."""

    company_name: Typed
    importer_number: Typed = Field(description="In one of the three formats, with its hyphens.")
    email: Typed = Field(description="The requester's business address; it becomes the account owner's login.")


class AddressHint(SealedContent):
    """`sent_to` of start-accepted: an email address that only those who know it recognize, ``j***@e***.com``."""

    address: Typed


class AccountName(SealedContent):
    """`account_name` of application-status: the account's name, which is the company's in the importer record."""

    company_name: str


class TypedCode(SealedContent):
    """Page 2 of the form: `code` of check-code."""

    code: Typed


class Grant(SealedContent):
    """`grant` of code-accepted and submit-details: proof that this browser entered the right code."""

    token: Typed


class DetailFields(SealedContent):
    """The fields of page 3. Optional ones are empty strings."""

    organizational_structure: Typed
    fiscal_year_end: Typed = ""
    duns: Typed = ""
    website: Typed = ""
    first_name: Typed
    middle_name: Typed = ""
    last_name: Typed
    country: Typed
    street_address: Typed
    city: Typed
    state: Typed = ""
    postal_code: Typed
    telephone: Typed


class TypedDetails(DetailFields):
    """Pages 3 and 4 of the form: `details` of submit-details."""

    authorized: StrictBool = Field(description="Whether the authorization's box was checked.")
    authorization: Typed = Field("", description="The id of its wording (docs/contracts-fields.md).")


class EmailContent(SealedContent):
    """What every email needs, sealed for the one mailer that sends it."""

    recipient: Typed = Field(description="The email address that it goes to.")
    company_name: Typed = Field(description="As in the importer record.")
    importer_number: Typed = Field(description="Masked to its last four characters.")
    requester_email: Typed
    poc_name: Typed


class CodeEmail(EmailContent):
    """`content` of code-issued, under the key ring of verifier and code mailer."""

    code: Typed


class DueEmail(EmailContent):
    """`content` of email-due, under the key ring of provisioner and general mailer."""

    owner_name: Typed
    account: str | None = Field(None, description="The account's number, if one was created.")
    problem: Problem | None = Field(None, description="Why none was created.")


class DigestLine(SealedContent):
    """An importer in a digest."""

    company_name: Typed = Field(description="As in the importer record.")
    importer_number: Typed = Field(description="Masked to its last four characters.")
    requests: int = Field(ge=1, description="How many requests for it got no code.")
    at_least: StrictBool = Field(False, description="Whether there may be more: not all of them are counted.")


class RequestsDigest(SealedContent):
    """`content` of digest-due, under the key ring of verifier and code mailer."""

    recipient: Typed = Field(description="The email address that it goes to.")
    poc_name: Typed
    requests: int = Field(ge=1, description="How many requests got no code.")
    at_least: StrictBool = Field(False, description="Whether there may be more: not all of them are counted.")
    importers: tuple[DigestLine, ...] = Field(description="Those with the most requests.")
    more_importers: int = Field(0, ge=0, description="How many others there are.")
    importers_at_least: StrictBool = Field(False, description="Whether there may be more importers.")
