"""The invariants of docs/architecture.md as checks: each takes what people were told and what the system holds, and
returns its violations as sentences."""

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator

from shared.domain.application import Application
from shared.domain.letter import LetterKind, LetterStatus
from shared.domain.state import FOLLOWERS, State
from shared.domain.verification_code import TRIES
from tests.chaos.evidence import Evidence
from tests.chaos.ledger import Ledger, Story
from tests.chaos.person import Person

ONCE = re.compile(r"[\w.+-]+@[\w.-]+|\d{2}-?\d{7}[0-9a-z]{2}|\d{3}-\d{3}-\d{4}|562\d{7}|quix[a-z]+")
CODES = re.compile(r"(?=\b([0-9A-HJKMNP-TV-Z]{4}-?[0-9A-HJKMNP-TV-Z]{4})\b)")
BY_LETTERS = {
    "verification code": LetterKind.VERIFICATION_CODE,
    "Importer view request": LetterKind.IMPORTER_VIEW_CONFIRMED,
    "account is ready": LetterKind.ACCOUNT_READY,
    "account was created": LetterKind.ACCOUNT_CREATED_NOTICE,
    "could not create": LetterKind.APPLICATION_REFUSED,
}

Check = Callable[[Ledger, Evidence], Iterator[str]]


def nothing_confirmed_is_lost(ledger: Ledger, evidence: Evidence) -> Iterator[str]:
    """1. A command that the broker confirmed ends in a final state, in a queue, or among the dead letters."""
    for what, count in evidence.waiting.items():
        yield f"{count} never came to rest: {what}"
    dead = {letter.message_id for letter in evidence.dead}
    for command in {command.id: command for command in evidence.commands}.values():
        application = evidence.applications.get(command.reference)
        if str(command.id) in dead or (application and command.id in application.handled):
            continue
        if application is None:
            yield f"{command.name} of {command.reference} was confirmed, and there is no application"
        elif command.name == "start-application" and application.state is not State.ABANDONED:
            yield f"the start of {command.reference} was confirmed and left no trace ({application.state})"
        elif command.name == "submit-details" and application.state is State.VERIFIED:
            yield f"the details of {command.reference} were confirmed and it is still verified"
    marked = {letter.application for letter in evidence.dead}
    for application in evidence.applications.values():
        if application.parked and application.reference in ledger.references and str(application.id) not in marked:
            yield f"{application.reference} is marked as parked, and there is no dead letter"


def everybody_came_to_an_end(ledger: Ledger, _evidence: Evidence) -> Iterator[str]:
    """1. Nobody is kept waiting once everything is back, and no page fails with a defect."""
    for story in ledger.stories:
        if not story.end:
            last = story.told[-1].path if story.told else "nothing"
            yield f"{story.references} waits for ever at {last}"
        for page in story.told:
            if page.status in (500, 502):
                yield f"{page.path} answered {page.status}"


def accounts_are_unique(_ledger: Ledger, evidence: Evidence) -> Iterator[str]:
    """2. An importer belongs to at most one top account, an address to at most one portal user; all or nothing."""
    accounts = {document["_id"]: document for document in evidence.documents["top_accounts"]}
    owners = Counter(document["owner"] for document in accounts.values())
    importers = Counter(document["importer"] for document in accounts.values())
    yield from (f"{count} accounts of one address" for count in owners.values() if count > 1)
    yield from (f"{count} accounts of one importer" for count in importers.values() if count > 1)
    by_id = {application.id: application for application in evidence.applications.values()}
    for number, document in accounts.items():
        application = by_id.get(document["application_id"])
        if application is None or application.account != number:
            yield f"account {number} belongs to no application that knows it"
    for application in by_id.values():
        if application.account and application.account not in accounts:
            yield f"{application.reference} has an account that is not there"
    linked = {document["_id"]: document["top_account"] for document in evidence.documents["importers"]}
    views = {document["_id"]: document["account"] for document in evidence.documents["importer_views"]}
    wanted = {document["importer"]: number for number, document in accounts.items()}
    if {importer: number for importer, number in linked.items() if number} != wanted or views != wanted:
        yield "links, importer views and accounts differ"
    users = {document["_id"] for document in evidence.documents["portal_users"]}
    if not users.issuperset(owners):
        yield "an account's owner is no portal user"


def letters_go_out(ledger: Ledger, evidence: Evidence) -> Iterator[str]:
    """3. Each letter is handed over at least once; again only under the same Message-ID, and to the same person."""
    out = defaultdict(list)
    for letter in evidence.letters:
        kind = next(kind for words, kind in BY_LETTERS.items() if words in letter.subject)
        out[letter.reference, kind].append(letter)
    for (reference, kind), taken in out.items():
        if len({(letter.message_id, letter.to, letter.code) for letter in taken}) > 1:
            yield f"the letters {kind} of {reference} differ in Message-ID, recipient or code"
        if reference not in evidence.applications:
            yield f"a letter {kind} of {reference}, which is no application"
    for reference in ledger.references:
        application = evidence.applications.get(reference)
        for kind, stored in application.letters.items() if application else ():
            if stored.status is LetterStatus.SENT and (reference, kind) not in out:
                yield f"the letter {kind} of {reference} is down as sent and never came"
        for kind in _owed(application) if application else ():
            if (reference, kind) not in out and kind not in _refused(application):
                yield f"the letter {kind} of {reference} never came"


def _owed(application: Application | None) -> Iterator[LetterKind]:
    if application is None:
        return
    if application.account:
        yield LetterKind.IMPORTER_VIEW_CONFIRMED
        yield LetterKind.ACCOUNT_READY
        yield LetterKind.ACCOUNT_CREATED_NOTICE
    if application.state is State.AWAITING_CODE:
        yield LetterKind.VERIFICATION_CODE
    if application.state is State.REJECTED and State.SUBMITTED in {entry.state for entry in application.history}:
        yield LetterKind.APPLICATION_REFUSED


def _refused(application: Application | None) -> set[LetterKind]:
    letters = application.letters if application else {}
    return {kind for kind, letter in letters.items() if letter.status is LetterStatus.REFUSED}


def repeated_letters(evidence: Evidence) -> int:
    """How many letters came once more, under the same Message-ID."""
    return len(evidence.letters) - len({letter.message_id for letter in evidence.letters})


def codes_are_kept(ledger: Ledger, evidence: Evidence) -> Iterator[str]:
    """4. No code is accepted late, twice, after five tries, or for another application."""
    right = {(letter.reference, letter.code) for letter in evidence.letters if letter.code}
    for story in ledger.stories:
        for reference in {page.reference for page in story.told if page.path == "/details" and page.reference}:
            if not right.intersection(entry for entry in story.entered if entry[0] == reference):
                yield f"{reference} got to the details without its code"
    for reference in ledger.references:
        application = evidence.applications.get(reference)
        if application is None or application.code is None:
            continue
        states = [entry.state for entry in application.history]
        if states.count(State.VERIFIED) > 1:
            yield f"{reference} was verified twice"
        if application.code.tries > TRIES:
            yield f"{reference} had {application.code.tries} tries"
        if application.verified_at and not application.verified_at < application.code.expires_at:
            yield f"{reference} was verified after its time"
        wrong = len({code for entered, code in _entered(ledger.stories) if entered == reference and "0000-" in code})
        if wrong >= TRIES and State.VERIFIED in states:
            yield f"{reference} was verified after {wrong} wrong codes"


def _entered(stories: Iterable[Story]) -> Iterator[tuple[str, str]]:
    for story in stories:
        yield from story.entered


def outcomes_agree(ledger: Ledger, evidence: Evidence) -> Iterator[str]:
    """5. What came of it is what some order of the messages gives, and what everybody was told."""
    for reference in ledger.references:
        application = evidence.applications.get(reference)
        states = [entry.state for entry in application.history] if application else []
        for before, after in itertools.pairwise(states):
            if after not in FOLLOWERS.get(before, frozenset()):
                yield f"{reference} went from {before} to {after}"
    for story in ledger.stories:
        last = evidence.applications.get(story.references[-1]) if story.references else None
        if story.account and (last is None or last.account != story.account):
            yield f"{story.references[-1:]} was told of account {story.account}, and it has none such"
        if story.end in ("importer-already-linked", "email-in-use") and last and last.account:
            yield f"{last.reference} was told {story.end}, and has an account"
    for group in _rivals(ledger.stories):
        winners = sum(1 for story in group if story.account)
        losers = [story for story in group if story.end in ("importer-already-linked", "email-in-use")]
        if winners > 1 or (losers and not winners and not _won(group, evidence)):
            yield f"{winners} of {len(group)} rivals got the account: {[story.end for story in group]}"


def _won(group: list[Story], evidence: Evidence) -> bool:
    """Whether one of them has an account that nobody was told of, because they had left."""
    found = (evidence.applications.get(reference) for story in group for reference in story.references)
    return any(application and application.account for application in found)


def _rivals(stories: list[Story]) -> Iterator[list[Story]]:
    groups = defaultdict(list)
    for story in stories:
        groups[story.person.importer.number].append(story)
        groups[story.person.email.lower()].append(story)
    yield from (group for group in groups.values() if len(group) > 1)


def nothing_personal_is_in_clear(ledger: Ledger, evidence: Evidence) -> Iterator[str]:
    """6. No personal datum stands in clear in a queue, in the database or in a log."""
    people: list[Person] = [story.person for story in ledger.stories]
    personal = frozenset[str]().union(*(person.personal for person in people))
    codes = {letter.code for letter in evidence.letters if letter.code}
    codes |= {code.replace("-", "") for code in codes}
    for text in evidence.clear:
        found = personal.intersection(ONCE.findall(text.lower())) | codes.intersection(CODES.findall(text))
        yield from (f"{datum[:4]}... stands in clear: {text[:60]}" for datum in found)


def nobody_was_denied(_ledger: Ledger, evidence: Evidence) -> Iterator[str]:
    """7. Each user can do its service's work: nothing was refused for want of a right."""
    for text in evidence.clear:
        if "ACCESS_REFUSED" in text or "ChannelAccessRefused" in text:
            yield "the broker refused a service something"


INVARIANTS: dict[str, tuple[Check, ...]] = {
    "1 lost": (nothing_confirmed_is_lost, everybody_came_to_an_end),
    "2 unique": (accounts_are_unique,),
    "3 letters": (letters_go_out,),
    "4 codes": (codes_are_kept,),
    "5 outcomes": (outcomes_agree,),
    "6 privacy": (nothing_personal_is_in_clear,),
    "7 rights": (nobody_was_denied,),
}
"""The columns of the report."""


def violations(ledger: Ledger, evidence: Evidence) -> dict[str, list[str]]:
    """What each invariant's checks found."""
    return {
        name: [sentence for check in checks for sentence in check(ledger, evidence)]
        for name, checks in INVARIANTS.items()
    }
