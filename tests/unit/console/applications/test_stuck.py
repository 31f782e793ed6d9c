"""Applications that should have moved on but have not, and what operators read about each."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from services.console.applications.stuck import Finding, list_findings, sum_up
from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.events import ResendRequested
from shared.contracts.problem import Problem
from shared.contracts.state import State
from shared.domain.application import TO_ISSUE, Application, Parked
from shared.domain.email import EMAILS_TO_COMPLETE, LEASE, WELCOME, Email
from shared.domain.handled_result import HandledResult
from tests.support.applications import NOW, awaiting, provisioned, requested, submitted, verified

LATER = NOW + timedelta(minutes=2)
CODE = EmailKind.VERIFICATION_CODE


def email(status: EmailStatus, kind: EmailKind = CODE) -> dict[EmailKind, Email]:
    leased_until = NOW + LEASE if status is EmailStatus.SENDING else None
    sent_at = NOW if status is EmailStatus.SENT else None
    return {kind: Email(status, NOW, 1, sent_at=sent_at, leased_until=leased_until, reason="450 later")}


SENT = email(EmailStatus.SENT)
NONE: dict[EmailKind, Email] = {}


def why(application: Application, emails: dict[EmailKind, Email] = NONE, now: datetime = LATER) -> str:
    return "; ".join(finding.why for finding in list_findings(application, emails, now))


def refused_at_last() -> Application:
    return submitted().reject(Problem.EMAIL_IN_USE, NOW, "application-submitted")


@pytest.mark.parametrize(
    ("make", "expected", "where"),
    [
        (requested, "no code is issued", "verifier.issue-code"),
        (submitted, "no account is created", "provisioner.create-account"),
        (awaiting, "the email verification-code is not sent", "notifier.send-code"),
        (provisioned, "the email account-ready is not sent", "notifier.send-email"),
        (provisioned, "the email account-created-notice is not sent", "notifier.send-email"),
        (refused_at_last, "the email application-refused is not sent", "notifier.send-email"),
    ],
)
def test_a_worker_that_does_not_act_is_reported_with_where_to_look(
    make: Callable[[], Application], expected: str, where: str
) -> None:
    assert expected in why(make())
    assert any(where in finding.to_do for finding in list_findings(make(), NONE, LATER))
    assert list_findings(make(), NONE, NOW + timedelta(seconds=59)) == []


@pytest.mark.parametrize("now", [LATER, NOW + timedelta(minutes=20)])
def test_an_application_that_waits_for_a_person_is_not_stuck(now: datetime) -> None:
    assert list_findings(awaiting(), SENT, now) == []
    assert list_findings(verified(), SENT, now) == []
    assert list_findings(requested().move_to(State.ABANDONED, NOW, "abandon-application"), NONE, now) == []


@pytest.mark.parametrize(
    ("status", "expected"),
    [(EmailStatus.DEFERRED, "deferred the email"), (EmailStatus.REFUSED, "refused the address of the email")],
)
def test_an_email_that_the_mail_server_did_not_take_is_reported_with_its_reason(
    status: EmailStatus, expected: str
) -> None:
    said = why(awaiting(), email(status))
    assert expected in said
    assert "450 later" in said


def test_an_email_is_forgotten_once_its_lease_is_over() -> None:
    begun = provisioned(), email(EmailStatus.SENDING, EmailKind.ACCOUNT_READY)
    assert "started but not finished" not in why(*begun, NOW + LEASE - timedelta(seconds=1))
    assert "started but not finished" in why(*begun, NOW + LEASE)


def test_a_code_email_that_nobody_waits_for_any_more_is_no_problem() -> None:
    gone = awaiting().move_to(State.ABANDONED, NOW, "abandon-application")
    assert list_findings(gone, email(EmailStatus.DEFERRED), LATER) == []
    assert list_findings(gone, email(EmailStatus.WITHDRAWN), LATER) == []


def test_an_application_whose_emails_are_out_but_that_is_not_completed_is_reported() -> None:
    both = {**email(EmailStatus.SENT, EMAILS_TO_COMPLETE[0]), **email(EmailStatus.SENT, EMAILS_TO_COMPLETE[1])}
    assert "not completed" in why(provisioned(), both)
    assert list_findings(provisioned(), both, NOW + timedelta(seconds=59)) == []


def test_each_parked_message_is_listed_with_the_command_that_replays_it() -> None:
    first, id = Parked(uuid4(), "emails-sent", "one", NOW), uuid4()
    second = {EmailKind.ACCOUNT_CREATED_NOTICE: Email(EmailStatus.PARKED, NOW, 1, reason="two", parked=id)}
    found = list_findings(provisioned().park_message(first), second, LATER)
    assert [finding.to_do.rpartition(" ")[2] for finding in found] == [str(first.message_id), str(id)]
    assert ["one" in found[0].why, "two" in found[1].why] == [True, True]


def test_a_hopeless_message_suggests_starting_over_instead_of_a_replay() -> None:
    id = uuid4()
    emails = {CODE: Email(EmailStatus.PARKED, NOW, 1, reason="no key", parked=id)}
    [alive] = list_findings(awaiting(), emails, LATER)
    assert alive.to_do == f"fix the cause before 2026-11-22 15:10:00 UTC, then: acectl dead replay {id}"
    [over] = list_findings(awaiting(), emails, NOW + timedelta(minutes=10))
    assert "the person must start over" in over.to_do
    assert f"acectl dead discard {id}" in over.to_do


def test_an_ended_application_is_reported_once_the_sweep_should_have_closed_it() -> None:
    assert list_findings(awaiting(), SENT, NOW + timedelta(minutes=21)) == []
    assert "was not closed" in why(awaiting(), SENT, NOW + timedelta(minutes=22))


def test_a_request_for_which_no_code_can_be_issued_any_more_says_so() -> None:
    assert "within the hour" in why(requested(), NONE, NOW + timedelta(hours=1))


def test_a_parked_email_is_reported_even_if_its_dead_letter_is_not_known() -> None:
    assert "was parked: 450 later" in why(provisioned(), email(EmailStatus.PARKED, EmailKind.ACCOUNT_READY))


def test_a_resend_that_its_mailer_does_not_begin_is_reported_even_of_a_completed_application() -> None:
    sent = {kind: email(EmailStatus.SENT, kind)[kind] for kind in WELCOME}
    completed = provisioned().move_to(State.COMPLETED, NOW, "emails-sent")
    request = ResendRequested(application_id=completed.id, email=EmailKind.ACCOUNT_READY, resend=1)
    asked = completed.remember(request.own_id, HandledResult(NOW))
    assert why(asked, sent) == "the email account-ready is not sent again"
    assert list_findings(asked, sent, NOW + timedelta(seconds=59)) == []
    begun = replace(sent[EmailKind.ACCOUNT_READY], resend=1)
    assert list_findings(asked, sent | {EmailKind.ACCOUNT_READY: begun}, LATER) == []


def test_it_is_said_how_many_can_still_be_helped_and_how_many_people_must_begin_anew() -> None:
    helped, lost = Finding("why", NOW, "do"), Finding("why", NOW, "do", must_start_over=True)
    assert sum_up([[helped]]) == "1 application is stuck; all can still be helped"
    assert sum_up([[helped], [helped, lost], [lost]]) == (
        "3 applications are stuck: 1 can still be helped, 2 people must begin anew"
    )
    assert sum_up([[lost]]) == "1 application is stuck: 0 can still be helped, 1 person must begin anew"


def test_a_parked_message_says_until_when_a_replay_helps_or_that_the_person_must_begin_anew() -> None:
    parked = Parked(uuid4(), "application-accepted", "a bug", NOW)
    application = requested(parked={parked.message_id: parked})
    [before] = list_findings(application, NONE, LATER)
    assert (before.must_start_over, "before 2026-11-22 16:00:00 UTC, then: acectl dead replay" in before.to_do) == (
        False,
        True,
    )
    found = list_findings(application, NONE, NOW + TO_ISSUE)
    assert (found[0].must_start_over, "acectl dead discard" in found[0].to_do) == (True, True)
    assert before.together == "fix the cause, then: acectl dead replay --queue verifier.issue-code"
    assert "acectl dead discard --hopeless --queue verifier.issue-code" in str(found[0].together)
