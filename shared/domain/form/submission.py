"""What submit-details has to hold: the details, and the authorization (guide, steps 5 and 6)."""

from shared.contracts.sealed import TypedDetails
from shared.domain.errors import Invalid, InvalidFields
from shared.domain.form import authorization
from shared.domain.form.account_details import AccountDetails


def read_submission(typed: TypedDetails) -> tuple[AccountDetails, str]:
    """The details, and the id of the authorization's wording. Raises `InvalidFields`.

    The authorization is looked at once the details are right.
    """
    details = AccountDetails.parse(typed.model_dump(exclude={"authorized", "authorization"}))
    if not typed.authorized:
        raise InvalidFields({"authorized": "missing"})
    try:
        return details, authorization.parse(typed.authorization)
    except Invalid as error:
        raise InvalidFields({"authorization": error.rule}) from None
