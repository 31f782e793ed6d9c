"""6. No personal data is in the clear in a queue, in the database or in a log."""

import re
from collections.abc import Iterator

from tests.chaos.checks.evidence import Evidence
from tests.chaos.people.ledger import Ledger

DATA = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*|\d{2}-?\d{7}[0-9a-z]{2}|\d{3}-\d{3}-\d{4}|562\d{7}|quix[a-z]+")
"""What looks like personal data of the suite's people. One search, because there are many people and long logs."""

CODES = re.compile(r"(?=\b([0-9A-HJKMNP-TV-Z]{4}-?[0-9A-HJKMNP-TV-Z]{4})\b)")


def nothing_personal_is_in_clear(ledger: Ledger, evidence: Evidence) -> Iterator[str]:
    """Nothing contains anybody's personal data or a code."""
    personal = frozenset[str]().union(*(story.person.personal for story in ledger.stories))
    codes = {email.code for email in evidence.emails if email.code}
    codes |= {code.replace("-", "") for code in codes}
    for text in evidence.clear:
        found = personal.intersection(DATA.findall(text.lower())) | codes.intersection(CODES.findall(text))
        yield from (f"{datum[:4]}... stands in clear: {text[:60]}" for datum in sorted(found))
