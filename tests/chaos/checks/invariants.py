"""The invariants of docs/architecture.md as checks.

Each compares what people were told with what the system holds, and returns violations as sentences.
"""

from collections.abc import Callable, Iterator

from tests.chaos.checks import codes, emails, lost, outcomes, privacy, rights, unique
from tests.chaos.checks.evidence import Evidence
from tests.chaos.people.ledger import Ledger

Check = Callable[[Ledger, Evidence], Iterator[str]]

INVARIANTS: dict[str, tuple[Check, ...]] = {
    "1 lost": (lost.nothing_confirmed_is_lost, lost.dead_letters_are_kept, lost.everybody_came_to_an_end),
    "2 unique": (unique.accounts_are_unique, unique.accounts_are_whole),
    "3 emails": (
        emails.emails_go_out,
        emails.resends_go_out,
        emails.emails_are_the_same,
        emails.emails_are_true,
    ),
    "4 codes": (codes.codes_are_right, codes.codes_are_kept),
    "5 outcomes": (
        outcomes.histories_are_possible,
        outcomes.what_was_told_is_so,
        outcomes.ends_are_so,
        outcomes.rivals_agree,
    ),
    "6 privacy": (privacy.nothing_personal_is_in_clear,),
    "7 rights": (rights.nobody_was_denied, rights.nobody_speaks_for_another),
    "8 fault": (emails.no_failure_of_ours_ends_anything,),
}
"""The report's columns."""


def violations(ledger: Ledger, evidence: Evidence) -> dict[str, list[str]]:
    """The violations found by each invariant's checks."""
    return {
        name: [sentence for check in checks for sentence in check(ledger, evidence)]
        for name, checks in INVARIANTS.items()
    }


def repeated_emails(evidence: Evidence) -> int:
    """How many emails came again under the same Message-ID."""
    return len(evidence.emails) - len({email.message_id for email in evidence.emails})
