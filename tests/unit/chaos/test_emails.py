"""The checks of the third invariant find emails that are lost, altered or untrue."""

from dataclasses import replace
from typing import Any

import pytest

from shared.contracts.email_kind import EmailKind
from shared.contracts.problem import Problem
from shared.contracts.state import State
from shared.domain.email import WELCOME
from tests.chaos.checks.invariants import repeated_emails
from tests.unit.chaos.case import CODE, REFUSED, SUBJECTS, TO_VERIFIED, Case


def test_an_email_that_comes_twice_under_one_message_id_is_counted_and_allowed(case: Case) -> None:
    case.evidence.emails.append(case.email(case.owner, CODE))
    assert case.broken() == []
    assert repeated_emails(case.evidence) == 1


@pytest.mark.parametrize("change", [{"message_id": "<another>"}, {"code": "9999-ZZZZ"}])
def test_an_email_that_comes_again_with_changes_is_found(case: Case, change: dict[str, Any]) -> None:
    case.evidence.emails.append(replace(case.email(case.owner, CODE), **change))
    [found] = case.broken()
    assert found == f"3 emails: the emails {CODE} of {case.owner} differ in Message-ID, recipient or code"


def test_a_resend_under_a_message_id_of_its_own_is_allowed_once(case: Case) -> None:
    kind = WELCOME[0]
    case.ledger.asked[case.owner, kind] = case.ledger.resent[case.owner, kind] = 1
    case.evidence.recorded[case.owner][kind] = replace(case.evidence.recorded[case.owner][kind], resend=1)
    case.evidence.emails.append(replace(case.email(case.owner, kind), message_id="<another>"))
    assert case.broken() == []
    case.evidence.emails.append(replace(case.email(case.owner, kind), message_id="<a third>"))
    [found] = case.broken()
    assert found == f"3 emails: the emails {kind} of {case.owner} differ in Message-ID, recipient or code"


def test_a_resend_that_no_mailer_began_is_found(case: Case) -> None:
    case.ledger.resent[case.owner, WELCOME[0]] = 1
    assert case.broken() == [f"3 emails: the email {WELCOME[0]} of {case.owner} was to be sent again, and was not"]


def test_two_emails_under_one_message_id_are_found(case: Case) -> None:
    email = case.email(case.owner, WELCOME[0])
    case.evidence.emails.remove(email)
    case.evidence.emails.append(replace(email, message_id=case.email(case.owner, CODE).message_id))
    assert case.broken() == ["3 emails: 2 emails have one Message-ID"]


def test_an_email_recorded_as_sent_that_never_came_is_found(case: Case) -> None:
    case.evidence.emails.remove(case.email(case.owner, WELCOME[1]))
    assert case.broken() == [f"3 emails: the email {WELCOME[1]} of {case.owner} is down as sent and never came"]


@pytest.mark.parametrize(
    ("who", "kind"), [*(("owner", kind) for kind in WELCOME), ("waiting", CODE), ("rival", REFUSED)]
)
def test_an_email_that_never_came_is_found(case: Case, who: str, kind: EmailKind) -> None:
    reference = getattr(case, who)
    case.forget(reference, kind)
    assert case.broken() == [f"3 emails: the email {kind} of {reference} never came"]


def test_a_refusal_before_the_details_needs_no_email(case: Case) -> None:
    case.forget(case.rival, REFUSED)
    case.forget(case.rival, CODE)
    case.goes(case.rival, *TO_VERIFIED[:2], State.REJECTED)
    story = case.story(case.rival)
    story.told = [page for page in story.told if page.path == "/code"]
    assert not [found for found in case.broken() if found.startswith("3")]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"reference": "ACE-0000-0000"}, f"an email {CODE} of ACE-0000-0000, which is no application"),
        ({"subject": "An email of a new kind"}, "an email that nobody knows: An email of a new ki"),
    ],
)
def test_an_email_or_its_application_that_nobody_knows_is_found(case: Case, change: dict[str, str], said: str) -> None:
    case.evidence.emails.append(replace(case.email(case.owner, CODE), message_id="<another>", **change))
    assert case.broken() == [f"3 emails: {said}"]


@pytest.mark.parametrize("kind", WELCOME)
def test_an_email_about_an_account_that_is_not_there_is_found(case: Case, kind: EmailKind) -> None:
    person = case.story(case.rival).person
    to = person.importer.poc_email if kind is EmailKind.ACCOUNT_CREATED_NOTICE else person.email
    email = case.email(case.rival, REFUSED)
    case.evidence.emails.append(replace(email, subject=SUBJECTS[kind], to=to, message_id="<another>"))
    assert case.broken() == [f"3 emails: an email {kind} of {case.rival}, which is rejected"]


def test_a_refusal_email_to_somebody_with_an_account_is_found(case: Case) -> None:
    email = case.email(case.owner, WELCOME[1])
    case.evidence.emails.append(replace(email, subject=SUBJECTS[REFUSED], message_id="<another>"))
    assert case.broken() == [f"3 emails: an email {REFUSED} of {case.owner}, which is completed"]


def test_a_code_that_was_not_issued_is_found(case: Case) -> None:
    case.change(case.waiting, code=None)
    assert case.broken() == [f"3 emails: an email {CODE} of {case.waiting}, which is awaiting-code"]


@pytest.mark.parametrize("kind", [CODE, *WELCOME])
def test_an_email_to_the_wrong_person_is_found(case: Case, kind: EmailKind) -> None:
    email = case.email(case.owner, kind)
    other = case.story(case.rival).person
    place = case.evidence.emails.index(email)
    case.evidence.emails[place] = replace(email, to=other.email)
    assert case.broken() == [f"3 emails: an email {kind} of {case.owner} went to somebody else"]


def test_an_address_is_the_same_in_capitals(case: Case) -> None:
    story = case.story(case.rival)
    story.person = replace(story.person, email=story.person.email.title())
    assert case.broken() == []


def test_an_application_that_was_ended_for_an_address_that_nobody_refused_is_found(case: Case) -> None:
    story = case.story(case.rival)
    story.told = [page for page in story.told if page.path == "/code"]
    case.forget(case.rival, REFUSED)
    case.forget(case.rival, CODE)
    case.goes(case.rival, *TO_VERIFIED[:2], State.REJECTED)
    case.change(case.rival, problem=Problem.POC_EMAIL_REFUSED)
    ended = f"8 fault: {case.rival} was ended for its address, which the mail server never refused"
    assert [found for found in case.broken() if found.startswith("8")] == [ended]
    case.evidence.unknown.add(case.rival)
    assert not [found for found in case.broken() if found.startswith("8")]
