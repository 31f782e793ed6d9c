"""3. Each email is handed over at least once; a repeat has the same Message-ID and recipient."""

from collections import defaultdict
from collections.abc import Iterator

from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.problem import Problem
from shared.contracts.state import State
from shared.domain.application import Application
from shared.domain.email import WELCOME
from tests.chaos.checks.evidence import DeliveredEmail, Evidence
from tests.chaos.people.ledger import Ledger
from tests.chaos.people.person import Person

BY_WORDS = {
    "verification code": EmailKind.VERIFICATION_CODE,
    "Importer view request": EmailKind.IMPORTER_VIEW_CONFIRMED,
    "account is ready": EmailKind.ACCOUNT_READY,
    "account was created": EmailKind.ACCOUNT_CREATED_NOTICE,
    "could not create": EmailKind.APPLICATION_REFUSED,
}
"""Words in each email's subject."""

TO_POINT_OF_CONTACT = (EmailKind.VERIFICATION_CODE, EmailKind.ACCOUNT_CREATED_NOTICE)


TOLD = (EmailStatus.SENT, EmailStatus.REFUSED, EmailStatus.PARKED)
"""Statuses that an email may have without having come. A separate check covers those recorded as sent."""


def emails_go_out(ledger: Ledger, evidence: Evidence) -> Iterator[str]:
    """Every email that is due came, and so did every email recorded as sent."""
    out = _by_kind(evidence)
    for reference in ledger.references:
        application = evidence.applications.get(reference)
        if application is None:
            continue
        stored = evidence.recorded.get(reference, {})
        for kind, email in stored.items():
            if email.status is EmailStatus.SENT and (reference, kind) not in out:
                yield f"the email {kind} of {reference} is down as sent and never came"
        told = {kind for kind, email in stored.items() if email.status in TOLD}
        for kind in _owed(application):
            if (reference, kind) not in out and kind not in told:
                yield f"the email {kind} of {reference} never came"


def resends_go_out(ledger: Ledger, evidence: Evidence) -> Iterator[str]:
    """What the operator had sent again has begun to be, or is among the dead letters."""
    buried = {letter.application for letter in evidence.dead}
    for (reference, kind), resend in ledger.resent.items():
        application, email = evidence.applications.get(reference), evidence.recorded.get(reference, {}).get(kind)
        is_begun = email is not None and email.resend >= resend
        is_parked = application and (application.parked or str(application.id) in buried)
        if application and not is_begun and not is_parked and not evidence.waiting:
            yield f"the email {kind} of {reference} was to be sent again, and was not"


def no_failure_of_ours_ends_anything(ledger: Ledger, evidence: Evidence) -> Iterator[str]:
    """8. People asked to correct an address have one that the mail server did not know."""
    for reference in ledger.references:
        application = evidence.applications.get(reference)
        is_refused = application is not None and application.problem is Problem.POC_EMAIL_REFUSED
        if is_refused and reference not in evidence.unknown:
            yield f"{reference} was ended for its address, which the mail server never refused"


def emails_are_the_same(ledger: Ledger, evidence: Evidence) -> Iterator[str]:
    """A repeated email is the same one, a resend has a Message-ID of its own, and no two emails share an identity."""
    kinds_of = defaultdict(set)
    for (reference, kind), taken in _by_kind(evidence).items():
        identities = {email.message_id for email in taken}
        is_changed = len({(email.to, email.code) for email in taken}) > 1
        if is_changed or len(identities) > 1 + ledger.asked.get((reference, kind), 0):
            yield f"the emails {kind} of {reference} differ in Message-ID, recipient or code"
        for email in taken:
            kinds_of[email.message_id].add((reference, kind))
    for emails in kinds_of.values():
        if len(emails) > 1:
            yield f"{len(emails)} emails have one Message-ID"


def emails_are_true(ledger: Ledger, evidence: Evidence) -> Iterator[str]:
    """Each email is true, and went to the person it concerns."""
    people = {reference: story.person for story in ledger.stories for reference in story.references}
    for email in evidence.emails:
        if _kind(email) is None:
            yield f"an email that nobody knows: {email.subject[:20]}"
    for (reference, kind), taken in _by_kind(evidence).items():
        application = evidence.applications.get(reference)
        if application is None:
            yield f"an email {kind} of {reference}, which is no application"
        elif not _is_due(kind, application):
            yield f"an email {kind} of {reference}, which is {application.state}"
        person = people.get(reference)
        if person and {email.to.lower() for email in taken} - {_recipient(kind, person)}:
            yield f"an email {kind} of {reference} went to somebody else"


def _kind(email: DeliveredEmail) -> EmailKind | None:
    return next((kind for words, kind in BY_WORDS.items() if words in email.subject), None)


def _by_kind(evidence: Evidence) -> dict[tuple[str, EmailKind], list[DeliveredEmail]]:
    found = defaultdict(list)
    for email in evidence.emails:
        if kind := _kind(email):
            found[email.reference, kind].append(email)
    return found


def _owed(application: Application) -> Iterator[EmailKind]:
    if application.account:
        yield from WELCOME
    if application.state is State.AWAITING_CODE:
        yield EmailKind.VERIFICATION_CODE
    if application.state is State.REJECTED and State.SUBMITTED in {entry.state for entry in application.history}:
        yield EmailKind.APPLICATION_REFUSED


def _is_due(kind: EmailKind, application: Application) -> bool:
    if kind is EmailKind.VERIFICATION_CODE:
        return application.code is not None
    if kind is EmailKind.APPLICATION_REFUSED:
        return application.state is State.REJECTED
    return bool(application.account)


def _recipient(kind: EmailKind, person: Person) -> str:
    return (person.importer.poc_email if kind in TO_POINT_OF_CONTACT else person.email).lower()
