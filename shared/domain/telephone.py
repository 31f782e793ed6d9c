"""Business telephone numbers: kept as typed, with their dashes; checked with the numbering plans' own data."""

import re

import phonenumbers

from shared.domain.invalid import Invalid
from shared.domain.text import END, line, plain_dashes

LONGEST = 40

_FORM = re.compile(r"\+?[0-9(][0-9() ./-]*(?:,? ?(?:x|ext\.?:?|extension|#) ?[0-9]{1,7})?", re.ASCII | re.IGNORECASE)
"""A number with its parts, and perhaps an extension: ``703-555-0100 ext. 12``."""

_LABEL = re.compile(r"^(tel|phone|telephone)\b[.:]* ?", re.IGNORECASE)


def parse(text: str, country: str | None) -> str:
    """The number as typed, with plain dashes. A number without ``+`` is one of the given country's.

    Without a country only its form is judged: which plan it belongs to, nobody can tell.

    Raises:
        Invalid: ``missing``, ``too-long``, ``no-dashes`` (the guide wants them between the parts, step 5m),
            ``malformed`` (no numbering plan has such a number, or its area code is missing).

    """
    typed = END.sub("", plain_dashes(line(text, longest=LONGEST)))
    typed = _LABEL.sub("", typed)
    if not _FORM.fullmatch(typed):
        raise Invalid("malformed")
    if not _possible(typed, country):
        raise Invalid("malformed")
    if "-" not in typed:
        raise Invalid("no-dashes")
    return typed


def _possible(typed: str, country: str | None) -> bool:
    if country is None and not typed.startswith("+"):
        return True
    try:
        number = phonenumbers.parse(typed, country)
    except phonenumbers.NumberParseException:
        return False
    reason: int = phonenumbers.is_possible_number_with_reason(number)
    return reason == phonenumbers.ValidationResult.IS_POSSIBLE
