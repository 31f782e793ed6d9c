"""The status of a CBP Form 5106 record, in the words of CBP and its exports."""

import re
from enum import StrEnum

from shared.domain.fields.text import replace_dashes

LONGEST = 200
"""Characters that are read: far more than any status has."""

_ACTIVE = re.compile(r"(?:10[ .:=/_-]*)?active|active[ :/_-]*\(?10\)?")
"""CBP writes ``10-Active`` (CSMS 19-000326)."""

_INACTIVE = re.compile(
    r"(?:(?!10)\d{1,2}[ .:=/_-]*)?"
    r"(?:in[ -]?active|inactivated|(?:not|non)[ -]?active|de-?activated|void(?:ed)?|closed|suspended|cancell?ed|"
    r"terminated|revoked)|inactive[ :/_-]*\(?20\)?"
)
"""CBP writes ``20-Inactive``, and voids unused numbers (19 CFR 24.5(e))."""


class RecordStatus(StrEnum):
    """Whether a record is active. Nobody can apply with a record of unknown status."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    UNKNOWN = "unknown"


def parse(text: str) -> RecordStatus:
    """The status in a text. Case, spaces, kinds of dash and quotation marks do not matter. Empty means active."""
    if len(text) > LONGEST:
        return RecordStatus.UNKNOWN
    said = " ".join(replace_dashes(text).casefold().split())
    if not said:
        return RecordStatus.ACTIVE
    said = said.strip(" .'\"")
    if _ACTIVE.fullmatch(said):
        return RecordStatus.ACTIVE
    return RecordStatus.INACTIVE if _INACTIVE.fullmatch(said) else RecordStatus.UNKNOWN
