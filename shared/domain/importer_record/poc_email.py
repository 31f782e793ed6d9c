"""The point of contact's email address in a CBP Form 5106 record, where the verification code goes."""

import re
from dataclasses import dataclass
from enum import StrEnum

from shared.domain.errors import Invalid
from shared.domain.fields import email_address
from shared.domain.fields.text import clear_placeholder, keep_visible

LONGEST = 2_000
"""Characters that are read: several addresses with names."""

_BETWEEN = re.compile(r"[\s,;|/<>]+")


class Fault(StrEnum):
    """Why no code can be sent to the address."""

    MISSING = "missing"
    MALFORMED = "malformed"
    SEVERAL = "several addresses"
    PLACEHOLDER = "placeholder"


@dataclass(frozen=True, slots=True)
class PocEmail:
    """An address that a code can be sent to, as used for delivery; or the reason that there is none."""

    address: str
    fault: Fault | None = None

    @property
    def comparable(self) -> str:
        """The address in the form for comparing contacts; empty if there is none."""
        return email_address.normalize(self.address)


def read(text: str) -> PocEmail:
    """Reads a record's address. Raises nothing, because a record may contain anything."""
    if len(text) > LONGEST:
        return PocEmail("", Fault.MALFORMED)
    try:
        address = email_address.parse(clear_placeholder(keep_visible(text)))
    except Invalid as error:
        if error.rule == "missing":
            return PocEmail("", Fault.MISSING)
        named = [part for part in _BETWEEN.split(text) if "@" in part]
        return PocEmail("", Fault.SEVERAL if len(named) > 1 else Fault.MALFORMED)
    return PocEmail("", Fault.PLACEHOLDER) if email_address.is_placeholder(address) else PocEmail(address)
