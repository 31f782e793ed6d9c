"""5. The results match some order of the messages, and what everybody was told."""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from shared.contracts.events import EmailRefused, ResendRequested
from shared.contracts.state import FOLLOWERS, REOPENED, State
from shared.domain.application import SWEEP, Transition
from tests.chaos.checks.evidence import Evidence
from tests.chaos.people.ledger import Ledger, Story, Told

TAKEN_BEFORE = {"importer-already-linked": "importer", "email-in-use": "address"}
"""Problems for a person who came second, and what the first one has."""

NOTED = (EmailRefused.name(), ResendRequested.name())
"""Causes of an entry that changes no state."""

AFTER = {"/code": State.AWAITING_CODE, "/details": State.VERIFIED, "/confirmation": State.PROVISIONED}
"""Pages that appear only after an application has been in a state."""


def histories_are_possible(ledger: Ledger, evidence: Evidence) -> Iterator[str]:
    """Each application's history is possible."""
    for reference in ledger.references:
        application = evidence.applications.get(reference)
        if application is None:
            continue
        states = [entry.state for entry in application.history if not entry.cause.startswith(NOTED)]
        if states[:1] != [State.REQUESTED] or states[-1] is not application.state:
            yield f"the history of {reference} does not lead from its beginning to {application.state}"
        for before, after in itertools.pairwise(states):
            if after not in FOLLOWERS.get(before, frozenset()) and before is not State.EXPIRED:
                yield f"{reference} went from {before} to {after}"
        for earlier, ended, later in _list_triples(application.history):
            may_reopen = ended.cause == SWEEP and later.state in REOPENED.get(earlier.state, frozenset())
            if ended.state is State.EXPIRED and not may_reopen:
                yield f"{reference} went on from {ended.state} to {later.state}"


def _list_triples(history: Sequence[Transition]) -> Iterable[tuple[Transition, Transition, Transition]]:
    return zip(history, history[1:], history[2:], strict=False)


def what_was_told_is_so(ledger: Ledger, evidence: Evidence) -> Iterator[str]:
    """Every page agrees with the application it names."""
    for story in ledger.stories:
        pages = {(page.path, page.reference) for page in story.told if _stands(page) and page.reference}
        for path, reference in sorted(pages):
            application = evidence.applications.get(reference)
            if application is None:
                yield f"{reference} was shown {path}, and there is no application"
            elif AFTER[path] not in {entry.state for entry in application.history}:
                yield f"{reference} was shown {path}, and was never {AFTER[path]}"
        told = {(page.reference, page.account) for page in story.told if page.account}
        for reference, account in sorted(told):
            application = evidence.applications.get(reference)
            if application is None or application.account != account:
                yield f"{reference} was told of account {account}, and it has none such"


def _stands(page: Told) -> bool:
    """Whether a page shows its reader's step, rather than that something went wrong."""
    return page.path in AFTER and page.status == 200


def ends_are_so(ledger: Ledger, evidence: Evidence) -> Iterator[str]:
    """Everybody who has an account was finally told so, and nobody else."""
    for story in ledger.stories:
        if story.end == "account" and not story.account:
            yield f"{story.references} was told of success, and of no account"
        for reference in story.references:
            application = evidence.applications.get(reference)
            if application and application.account and story.end and story.account != application.account:
                yield f"{reference} was told {story.end}, and has an account"


def rivals_agree(ledger: Ledger, evidence: Evidence) -> Iterator[str]:
    """Of rivals for an importer or address, at most one got the account, and nobody lost to no one."""
    groups: dict[tuple[str, str], list[Story]] = defaultdict(list)
    for story in ledger.stories:
        groups["importer", story.person.importer.number].append(story)
        groups["address", story.person.email.lower()].append(story)
    for (what, _), group in groups.items():
        winners = [story for story in group if story.account]
        if len(winners) > 1:
            yield f"{len(winners)} of {len(group)} rivals for one {what} got an account"
        refused = [story for story in group if TAKEN_BEFORE.get(story.end) == what]
        if refused and not _has_account(group, evidence):
            yield f"{refused[0].references} was told {refused[0].end}, and nobody was before"


def _has_account(group: Iterable[Story], evidence: Evidence) -> bool:
    """Whether one of them has an account, whether told so or not."""
    found = (evidence.applications.get(reference) for story in group for reference in story.references)
    return any(application and application.account for application in found)
