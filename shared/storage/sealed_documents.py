"""The sealed fields of documents: where each is, and what it contains."""

from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.contracts.sealed import DetailFields
from shared.security.sealing import Sealer

C = TypeVar("C", bound=BaseModel)


class Content(BaseModel):
    """The content of a sealed field."""

    model_config = ConfigDict(
        cache_strings="keys",  # no value that somebody typed stays in the JSON parser's cache
        frozen=True,
        hide_input_in_errors=True,
        defer_build=True,
    )


class ImporterRecord(Content):
    """`importers.record`: the 5106 record."""

    importer_number: str
    company_name: str
    poc_name: str
    poc_email: str
    """As in the record, valid or not."""


class Applicant(Content):
    """`applications.request`: page 1, in normal forms."""

    company_name: str
    importer_number: str
    email: str


class Contact(Content):
    """`applications.contact`: the record's company name and point of contact at the time of acceptance."""

    company_name: str
    poc_name: str
    poc_email: str


class Details(DetailFields):
    """`applications.details`: pages 3 and 4, checked."""

    owner_name: str
    acknowledged_on: str
    """The day of the authorization in US Eastern time, MM/DD/YYYY."""
    authorization: str = ""
    """The id of its wording; empty where it was submitted before wordings had ids."""


class Particulars(Content):
    """`top_accounts.particulars`: whose account it is."""

    company_name: str
    """As in the importer record; the applicant's is as typed."""
    applicant: Applicant
    details: Details


@dataclass(frozen=True)
class StoredField(Generic[C]):
    """A sealed field of a collection's documents."""

    collection: str
    name: str
    content: type[C]

    def seal(self, content: C, id: UUID | str, sealer: Sealer) -> str:
        """Seals content for the document with this id."""
        return sealer.seal(content, self._name_context(id))

    def open(self, sealed: str, id: UUID | str, sealer: Sealer) -> C:
        """Opens the content of the document with this id. Raises `CannotOpen`."""
        return sealer.open(self.content, sealed, self._name_context(id))

    def _name_context(self, id: UUID | str) -> str:
        return f"{self.collection}/{self.name}/{id}"


RECORD = StoredField("importers", "record", ImporterRecord)
REQUEST = StoredField("applications", "request", Applicant)
CONTACT = StoredField("applications", "contact", Contact)
DETAILS = StoredField("applications", "details", Details)
PARTICULARS = StoredField("top_accounts", "particulars", Particulars)
