"""What each page's fields accept. Each function returns the values as the workers take them, or what is broken."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

from services.gateway.forms.fields import KEPT, Field
from shared.contracts.sealed import AccountRequest, TypedCode, TypedDetails
from shared.domain import verification_code
from shared.domain.account_details import AccountDetails
from shared.domain.account_request import CheckedRequest
from shared.domain.errors import Invalid, InvalidFields
from shared.domain.fields.importer_number import ImporterNumber, without_label
from shared.domain.fields.text import visible

CHECKED = "yes"
"""What the authorization's box sends."""


@dataclass(frozen=True)
class Broken:
    """The rule that each field breaks, by field."""

    rules: dict[str, str] = field(default_factory=dict)


def read_request(typed: Mapping[str, str]) -> AccountRequest | Broken:
    """Page 1: company, importer and address in their normal forms."""
    try:
        return AccountRequest(**asdict(CheckedRequest.parse(typed)))
    except InvalidFields as error:
        return Broken(error.rules)


def is_importer(typed: str, request: AccountRequest) -> bool:
    """Whether what was typed is the request's importer, as far as anything was."""
    try:
        return not typed or ImporterNumber.parse(without_label(typed)).value == request.importer_number
    except Invalid:
        return False


def read_code(typed: Mapping[str, str]) -> TypedCode | Broken:
    """Page 2: the code's eight symbols."""
    try:
        return TypedCode(code=verification_code.parse(typed.get("code", "")))
    except Invalid as error:
        return Broken({"code": error.rule})


def read_details(typed: Mapping[str, str]) -> TypedDetails | Broken:
    """Pages 3 and 4: the particulars in their normal forms, and the checked box."""
    values, broken = AccountDetails.read(typed)
    broken |= read_authorization(typed)
    return Broken(broken) if broken else TypedDetails(**values, authorized=True)


def read_authorization(typed: Mapping[str, str]) -> dict[str, str]:
    """The rule that the authorization's box breaks, if it does."""
    return {} if typed.get("authorized") == CHECKED else {"authorized": "missing"}


def keep_typed(typed: Mapping[str, str], fields: Sequence[Field]) -> dict[str, str]:
    """What was typed into these fields, to be shown again on a later page: on one line, and not endless."""
    return {field.name: visible(typed.get(field.name, "")[: 4 * KEPT])[:KEPT] for field in fields}
