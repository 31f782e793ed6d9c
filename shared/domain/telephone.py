"""Business telephone numbers: kept as typed, with their dashes; checked with the numbering plans' own data."""

import re

import phonenumbers

from shared.domain.invalid import Invalid
from shared.domain.text import line, plain_dashes

LONGEST = 30


def parse(text: str, country: str) -> str:
    """The number as typed, with plain dashes. A number without ``+`` is one of the given country's.

    Raises:
        Invalid: ``missing``, ``too-long``, ``no-dashes`` (the guide wants them between the parts, step 5m),
            ``malformed`` (no numbering plan has such a number, or its area code is missing).

    """
    typed = plain_dashes(line(text, longest=LONGEST))
    if not re.fullmatch(r"\+?[0-9(][0-9() .x-]*", typed):
        raise Invalid("malformed")
    try:
        number = phonenumbers.parse(typed, country)
    except phonenumbers.NumberParseException:
        raise Invalid("malformed") from None
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise Invalid("malformed")
    if "-" not in typed:
        raise Invalid("no-dashes")
    return typed
