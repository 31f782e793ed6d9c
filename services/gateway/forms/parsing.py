"""Reads each page's fields. Each function returns the values in the workers' form, or the broken rules."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

from services.gateway.forms.fields import KEPT, Field
from shared.contracts.sealed import AccountRequest, TypedCode, TypedDetails
from shared.domain.errors import Invalid, InvalidFields
from shared.domain.fields.importer_number import ImporterNumber, strip_label
from shared.domain.fields.text import keep_visible
from shared.domain.form import authorization, verification_code
from shared.domain.form.account_details import AccountDetails
from shared.domain.form.account_request import CheckedRequest

CHECKED = "yes"
"""The value that the authorization's checkbox sends."""


@dataclass(frozen=True)
class Broken:
    """The rule that each field breaks."""

    rules: dict[str, str] = field(default_factory=dict)


def read_request(typed: Mapping[str, str]) -> AccountRequest | Broken:
    """Reads page 1: company, importer and address in their normal forms."""
    try:
        return AccountRequest(**asdict(CheckedRequest.parse(typed)))
    except InvalidFields as error:
        return Broken(error.rules)


def is_importer(typed: str, request: AccountRequest) -> bool:
    """Whether the typed number is the request's importer, or nothing was typed."""
    try:
        return not typed or ImporterNumber.parse(strip_label(typed)).value == request.importer_number
    except Invalid:
        return False


def read_code(typed: Mapping[str, str]) -> TypedCode | Broken:
    """Reads page 2: the code's eight symbols."""
    try:
        return TypedCode(code=verification_code.parse(typed.get("code", "")))
    except Invalid as error:
        return Broken({"code": error.rule})


def read_details(typed: Mapping[str, str]) -> TypedDetails | Broken:
    """Reads pages 3 and 4: the details in their normal forms, and the authorization."""
    values, broken = AccountDetails.read(typed)
    broken |= read_authorization(typed)
    return Broken(broken) if broken else TypedDetails(**values, authorized=True, authorization=authorization.NEWEST)


def read_authorization(typed: Mapping[str, str]) -> dict[str, str]:
    """The rule that the authorization's checkbox breaks, if any."""
    return {} if typed.get("authorized") == CHECKED else {"authorized": "missing"}


def keep_typed(typed: Mapping[str, str], fields: Sequence[Field]) -> dict[str, str]:
    """What was typed into these fields, to show again on a later page: on one line, and cut to `KEPT`."""
    return {field.name: keep_visible(typed.get(field.name, "")[: 4 * KEPT])[:KEPT] for field in fields}
