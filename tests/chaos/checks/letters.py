"""3. Each letter is handed over at least once; again only under the same Message-ID, and to the same person."""

from collections import defaultdict
from collections.abc import Iterator

from shared.domain.application import Application
from shared.domain.letter import WELCOME, LetterKind, LetterStatus
from shared.domain.problem import Problem
from shared.domain.state import State
from tests.chaos.evidence import Evidence
from tests.chaos.ledger import Ledger
from tests.chaos.person import Person
from tests.chaos.post_office import Taken

BY_WORDS = {
    "verification code": LetterKind.VERIFICATION_CODE,
    "Importer view request": LetterKind.IMPORTER_VIEW_CONFIRMED,
    "account is ready": LetterKind.ACCOUNT_READY,
    "account was created": LetterKind.ACCOUNT_CREATED_NOTICE,
    "could not create": LetterKind.APPLICATION_REFUSED,
}
"""Words of each letter's subject."""

TO_POINT_OF_CONTACT = (LetterKind.VERIFICATION_CODE, LetterKind.ACCOUNT_CREATED_NOTICE)


TOLD = (LetterStatus.SENT, LetterStatus.REFUSED, LetterStatus.PARKED)
"""How a letter may stand that did not come. Whether one that is down as sent did is checked by itself."""


def letters_go_out(ledger: Ledger, evidence: Evidence) -> Iterator[str]:
    """Whatever somebody is owed came, and what is written down as sent."""
    out = _by_kind(evidence)
    for reference in ledger.references:
        application = evidence.applications.get(reference)
        if application is None:
            continue
        stored = application.letters
        for kind, letter in stored.items():
            if letter.status is LetterStatus.SENT and (reference, kind) not in out:
                yield f"the letter {kind} of {reference} is down as sent and never came"
        told = {kind for kind, letter in stored.items() if letter.status in TOLD}
        for kind in _owed(application):
            if (reference, kind) not in out and kind not in told:
                yield f"the letter {kind} of {reference} never came"


def trouble_of_ours_ends_nothing(ledger: Ledger, evidence: Evidence) -> Iterator[str]:
    """8. Who was sent to correct an address has one that the mail server did not know."""
    for reference in ledger.references:
        application = evidence.applications.get(reference)
        is_refused = application is not None and application.problem is Problem.POC_EMAIL_REFUSED
        if is_refused and reference not in evidence.unknown:
            yield f"{reference} was ended for its address, which the mail server never refused"


def letters_are_the_same(_ledger: Ledger, evidence: Evidence) -> Iterator[str]:
    """A letter that comes again is the same one, and no two letters are taken for one."""
    kinds_of = defaultdict(set)
    for (reference, kind), taken in _by_kind(evidence).items():
        if len({(letter.message_id, letter.to, letter.code) for letter in taken}) > 1:
            yield f"the letters {kind} of {reference} differ in Message-ID, recipient or code"
        for letter in taken:
            kinds_of[letter.message_id].add((reference, kind))
    for letters in kinds_of.values():
        if len(letters) > 1:
            yield f"{len(letters)} letters have one Message-ID"


def letters_are_true(ledger: Ledger, evidence: Evidence) -> Iterator[str]:
    """Each letter is about something that is so, and went to whom it concerns."""
    people = {reference: story.person for story in ledger.stories for reference in story.references}
    for letter in evidence.letters:
        if _kind(letter) is None:
            yield f"a letter that nobody knows: {letter.subject[:20]}"
    for (reference, kind), taken in _by_kind(evidence).items():
        application = evidence.applications.get(reference)
        if application is None:
            yield f"a letter {kind} of {reference}, which is no application"
        elif not _is_due(kind, application):
            yield f"a letter {kind} of {reference}, which is {application.state}"
        person = people.get(reference)
        if person and {letter.to.lower() for letter in taken} - {_recipient(kind, person)}:
            yield f"a letter {kind} of {reference} went to somebody else"


def _kind(letter: Taken) -> LetterKind | None:
    return next((kind for words, kind in BY_WORDS.items() if words in letter.subject), None)


def _by_kind(evidence: Evidence) -> dict[tuple[str, LetterKind], list[Taken]]:
    found = defaultdict(list)
    for letter in evidence.letters:
        if kind := _kind(letter):
            found[letter.reference, kind].append(letter)
    return found


def _owed(application: Application) -> Iterator[LetterKind]:
    if application.account:
        yield from WELCOME
    if application.state is State.AWAITING_CODE:
        yield LetterKind.VERIFICATION_CODE
    if application.state is State.REJECTED and State.SUBMITTED in {entry.state for entry in application.history}:
        yield LetterKind.APPLICATION_REFUSED


def _is_due(kind: LetterKind, application: Application) -> bool:
    if kind is LetterKind.VERIFICATION_CODE:
        return application.code is not None
    if kind is LetterKind.APPLICATION_REFUSED:
        return application.state is State.REJECTED
    return bool(application.account)


def _recipient(kind: LetterKind, person: Person) -> str:
    return (person.importer.poc_email if kind in TO_POINT_OF_CONTACT else person.email).lower()
