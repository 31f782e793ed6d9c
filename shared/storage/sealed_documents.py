"""What stands inside the sealed fields of documents, as JSON, before it is sealed."""

from pydantic import BaseModel, ConfigDict


class Content(BaseModel):
    """The content of a sealed field."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)


class ImporterRecord(Content):
    """`importers.record`: the 5106 record."""

    importer_number: str
    company_name: str
    poc_name: str
    poc_email: str
    """As it stands in the record; valid or not."""


class Applicant(Content):
    """`applications.request`: page 1, in normal forms."""

    company_name: str
    importer_number: str
    email: str


class Contact(Content):
    """`applications.contact`: the record's company name and point of contact when the request was accepted."""

    company_name: str
    poc_name: str
    poc_email: str


class Details(Content):
    """`applications.details`: pages 3 and 4, checked."""

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
    owner_name: str
    acknowledged_on: str
    """The day in US Eastern time on which the authorization was given, MM/DD/YYYY."""


class Particulars(Content):
    """`top_accounts.particulars`: whose account it is."""

    company_name: str
    """As in the importer record; the applicant's is as it was typed."""
    applicant: Applicant
    details: Details
