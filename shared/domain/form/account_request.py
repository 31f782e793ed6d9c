"""What page 1 asks for: the importer and the requester (guide, step 3)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from shared.domain.errors import Invalid, InvalidFields
from shared.domain.fields import email_address
from shared.domain.fields.importer_number import ImporterNumber, strip_label
from shared.domain.importer_record import company_name

RULES: dict[str, Callable[[str], str]] = {
    "company_name": company_name.parse,
    "importer_number": lambda text: ImporterNumber.parse(strip_label(text)).value,
    "email": email_address.parse,
}


@dataclass(frozen=True)
class CheckedRequest:
    """The fields of page 1, normalized."""

    company_name: str
    importer_number: str
    email: str

    @classmethod
    def parse(cls, typed: Mapping[str, str]) -> "CheckedRequest":
        """Reads the fields by the names above. Raises `InvalidFields` with the rule that each invalid field breaks."""
        values: dict[str, str] = {}
        broken: dict[str, str] = {}
        for field, rule in RULES.items():
            try:
                values[field] = rule(typed.get(field, ""))
            except Invalid as error:
                broken[field] = error.rule
        if broken:
            raise InvalidFields(broken)
        return cls(**values)
