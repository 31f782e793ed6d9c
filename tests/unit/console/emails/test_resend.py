"""Which emails can be sent again, and what operators read about the others."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from services.console.emails.listing import list_not_begun
from services.console.emails.resend import RESENT_FOR, find_hindrance, make_resend_request
from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.problem import Problem
from shared.contracts.state import State
from shared.domain.application import Application, Parked
from shared.domain.email import WELCOME, Email
from shared.domain.handled_result import HandledResult
from tests.support.applications import NOW, TICK, awaiting, provisioned, requested, submitted

CODE, READY, REFUSED = EmailKind.VERIFICATION_CODE, EmailKind.ACCOUNT_READY, EmailKind.APPLICATION_REFUSED
LATER = NOW + timedelta(hours=1)
SENT = Email(EmailStatus.SENT, NOW, 1, sent_at=NOW)


def explain(
    application: Application, kind: EmailKind = READY, email: Email | None = SENT, now: datetime = NOW
) -> str | None:
    return find_hindrance(application, kind, {kind: email} if email else {}, now)


def completed() -> Application:
    return provisioned().move_to(State.COMPLETED, NOW, "emails-sent")


def refused_at_last() -> Application:
    return submitted().reject(Problem.EMAIL_IN_USE, NOW, "application-submitted")


@pytest.mark.parametrize("application", [provisioned(), completed()])
@pytest.mark.parametrize("status", [EmailStatus.SENT, EmailStatus.REFUSED, EmailStatus.PARKED])
def test_an_email_that_is_out_or_whose_dead_letter_was_discarded_can_be_sent_again(
    application: Application, status: EmailStatus
) -> None:
    assert explain(application, email=Email(status, NOW, 1)) is None
    assert explain(refused_at_last(), REFUSED, Email(status, NOW, 1)) is None


@pytest.mark.parametrize("status", [EmailStatus.REFUSED, EmailStatus.PARKED])
def test_an_email_among_the_dead_letters_is_replayed_instead(status: EmailStatus) -> None:
    email = Email(status, NOW, 1, parked=(id := uuid4()))
    assert f"acectl dead replay {id}" in str(explain(provisioned(), email=email))


@pytest.mark.parametrize("status", [EmailStatus.SENDING, EmailStatus.DEFERRED])
def test_an_email_that_is_on_its_way_is_not_sent_twice(status: EmailStatus) -> None:
    assert "(deferred: later)" in str(explain(provisioned(), email=Email(EmailStatus.DEFERRED, NOW, 1, reason="later")))
    assert "goes out by itself" in str(explain(provisioned(), email=Email(status, NOW, 1)))
    assert "goes out by itself" in str(explain(provisioned(), email=None))


@pytest.mark.parametrize("status", EmailStatus)
def test_a_code_is_never_sent_again(status: EmailStatus) -> None:
    assert "Get a new code" in str(explain(awaiting(), CODE, Email(status, NOW, 1)))
    assert "is over" in str(explain(completed(), CODE, Email(status, NOW, 1)))


@pytest.mark.parametrize(
    ("application", "kind"),
    [(requested(), READY), (submitted(), READY), (completed(), REFUSED), (refused_at_last(), READY)],
)
def test_an_email_that_an_application_does_not_have_is_not_sent(application: Application, kind: EmailKind) -> None:
    assert "has no such email" in str(explain(application, kind))


def test_emails_of_an_application_that_was_decided_long_ago_are_not_sent_again() -> None:
    noted = completed().note(NOW + RESENT_FOR, "resend-requested (account-ready)")
    assert explain(noted, now=NOW + RESENT_FOR - TICK) is None
    assert "more than 30 days ago" in str(explain(noted, now=NOW + RESENT_FOR))


def test_a_resend_has_one_id_until_it_went_out_and_then_another() -> None:
    emails = {READY: SENT}
    first = make_resend_request(completed(), READY, emails)
    assert first == make_resend_request(completed(), READY, emails)
    later = make_resend_request(completed(), READY, {READY: Email(EmailStatus.SENT, NOW, 2, resend=1)})
    assert (first.resend, later.resend) == (1, 2)
    assert len({first.own_id, later.own_id, make_resend_request(completed(), REFUSED, emails).own_id}) == 3


def test_a_resend_that_no_mailer_has_begun_is_due_and_can_be_asked_for_again() -> None:
    """What asked for it may be gone. While it is not, asking again is the same message."""
    request = make_resend_request(completed(), READY, {READY: SENT})
    assert request.own_id
    asked = completed().remember(request.own_id, HandledResult(LATER))
    assert explain(asked) is None
    [due] = list_not_begun(asked, dict.fromkeys(WELCOME, SENT))
    assert (due["email"], due["status"], due["since"]) == ("account-ready", "due", LATER)
    assert list(list_not_begun(asked, dict.fromkeys(WELCOME, replace(SENT, resend=1)))) == []


def test_a_request_among_the_dead_letters_is_replayed_instead() -> None:
    request = make_resend_request(completed(), READY, {READY: SENT})
    assert request.own_id
    parked = completed().park_message(Parked(request.own_id, request.name(), "it does not open", NOW))
    assert f"acectl dead replay {request.own_id}" in str(explain(parked))
