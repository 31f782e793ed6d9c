"""4. No code is accepted late, twice, after five tries, or for another application."""

from collections.abc import Iterator

from shared.contracts.problem import Problem
from shared.contracts.replies import CodeAccepted
from shared.contracts.state import State
from shared.domain.application import Application
from shared.domain.form.verification_code import TRIES
from tests.chaos.checks.evidence import Evidence
from tests.chaos.people.ledger import Ledger, Story

WRONG = "0000-"
"""How guessed codes begin."""


def codes_are_right(ledger: Ledger, evidence: Evidence) -> Iterator[str]:
    """Whoever got to the details entered the code from the email that names this application."""
    right = {(email.reference, email.code) for email in evidence.emails if email.code}
    for story in ledger.stories:
        for reference in {page.reference for page in story.told if page.path == "/details" and page.reference}:
            if not right.intersection(entry for entry in story.entered if entry[0] == reference):
                yield f"{reference} got to the details without its code"


def codes_are_kept(ledger: Ledger, evidence: Evidence) -> Iterator[str]:
    """Each try is counted, and the right one comes in time."""
    for reference in ledger.references:
        application = evidence.applications.get(reference)
        if application is None or application.code is None:
            continue
        states, tries = [entry.state for entry in application.history], application.code.tries
        if states.count(State.VERIFIED) > 1 or _accepted(application) > 1:
            yield f"{reference} was verified twice"
        if application.verified_at and application.verified_at >= application.code.expires_at:
            yield f"{reference} was verified after its time"
        wrong = sum(_wrong(story, reference) for story in ledger.stories)
        if wrong >= TRIES and State.VERIFIED in states:
            yield f"{reference} was verified after {wrong} wrong codes"
        elif tries > TRIES:
            yield f"{reference} had {tries} tries"
        elif tries < wrong + (State.VERIFIED in states):
            yield f"{reference} had {wrong} wrong codes, and {tries} tries were counted"


def _accepted(application: Application) -> int:
    """How many codes were accepted."""
    return sum(isinstance(outcome.reply, CodeAccepted) for outcome in application.handled.values())


def _wrong(story: Story, reference: str) -> int:
    """How many wrong codes the person was told of. One that never got through does not count; a page may repeat."""
    entered = {code for entered, code in story.entered if entered == reference and code.startswith(WRONG)}
    told = [page for page in story.told if page.reference == reference and Problem.CODE_WRONG.value in page.problems]
    return min(len(entered), len(told))
