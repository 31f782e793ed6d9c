"""What is recorded of an email whose message is among the dead letters."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.domain.email import HAND_OVER_WITHIN, LEASE, Emails

NOW = datetime.fromisoformat("2026-11-22T15:00:00+00:00")
LATER = NOW + timedelta(hours=1)
TICK = timedelta(milliseconds=1)
ID, MESSAGE = UUID(int=1), uuid4()
KIND = EmailKind.VERIFICATION_CODE


def with_status(status: EmailStatus | None) -> Emails:
    if status is None:
        return Emails(ID)
    if status is EmailStatus.WITHDRAWN:
        return Emails(ID).withdraw(KIND, NOW)
    claimed = Emails(ID).claim(KIND, NOW)
    return claimed if status is EmailStatus.SENDING else claimed.record(KIND, status, NOW, attempt=1, reason="451")


@pytest.mark.parametrize(
    ("status", "becomes", "reason"),
    [
        (None, EmailStatus.PARKED, "too old"),
        (EmailStatus.SENDING, EmailStatus.PARKED, "too old"),
        (EmailStatus.DEFERRED, EmailStatus.PARKED, "451"),
        (EmailStatus.PARKED, EmailStatus.PARKED, "451"),
        (EmailStatus.REFUSED, EmailStatus.REFUSED, "451"),
    ],
)
def test_an_email_whose_message_is_parked_says_so_and_why(
    status: EmailStatus | None, becomes: EmailStatus, reason: str
) -> None:
    email = with_status(status).park(KIND, MESSAGE, "too old", LATER).by_kind[KIND]
    assert (email.status, email.reason, email.parked, email.leased_until) == (becomes, reason, MESSAGE, None)


@pytest.mark.parametrize("status", [EmailStatus.SENT, EmailStatus.WITHDRAWN])
def test_an_email_that_is_over_stays_as_it_is(status: EmailStatus) -> None:
    emails = Emails(ID, with_status(status).by_kind)
    assert emails.park(KIND, MESSAGE, "too old", LATER) == emails


def test_an_email_that_a_mailer_has_in_hand_stays_claimed() -> None:
    emails = Emails(ID, with_status(EmailStatus.SENDING).by_kind)
    assert emails.park(KIND, MESSAGE, "too old", NOW + LEASE - TICK) == emails
    assert emails.park(KIND, MESSAGE, "too old", NOW + LEASE).parked == {MESSAGE}


def test_a_new_claim_and_an_operators_discard_remove_the_mark() -> None:
    parked = with_status(None).park(KIND, MESSAGE, "too old", LATER)
    assert parked.claim(KIND, LATER).parked == frozenset()
    assert parked.unpark_message(MESSAGE).parked == frozenset()
    assert parked.withdraw(KIND, LATER).parked == {MESSAGE}


def test_a_dead_mailers_code_email_leaves_within_half_a_minute() -> None:
    assert HAND_OVER_WITHIN < LEASE <= timedelta(seconds=25)


def test_a_slow_mailers_failure_does_not_hide_that_its_email_was_parked_meanwhile() -> None:
    parked = with_status(EmailStatus.SENDING).park(KIND, MESSAGE, "too old", LATER)
    assert parked.record(KIND, EmailStatus.DEFERRED, LATER, attempt=1) is parked
    sent = parked.record(KIND, EmailStatus.SENT, LATER, attempt=1)
    assert (sent.by_kind[KIND].status, sent.parked) == (EmailStatus.SENT, frozenset())


def test_a_refusal_stays_one_when_a_slower_mailer_was_let_through() -> None:
    refused = with_status(EmailStatus.REFUSED)
    email = refused.record(KIND, EmailStatus.SENT, LATER, attempt=0).by_kind[KIND]
    assert (email.status, email.reason, email.sent_at) == (EmailStatus.REFUSED, "451", LATER)


def test_a_resend_that_is_parked_before_a_mailer_begins_it_says_so() -> None:
    sent = with_status(EmailStatus.SENT)
    email = sent.park(KIND, MESSAGE, "too old", LATER, resend=1).by_kind[KIND]
    assert (email.status, email.resend, email.parked, email.reason) == (EmailStatus.PARKED, 1, MESSAGE, "too old")
    assert email.sent_at == NOW
    begun = Emails(ID, sent.claim(KIND, LATER, resend=2).by_kind)
    assert begun.park(KIND, MESSAGE, "too old", LATER + LEASE, resend=1) == begun


def test_a_withdrawn_email_keeps_why_it_was_not_out_yet() -> None:
    assert with_status(EmailStatus.DEFERRED).withdraw(KIND, LATER).by_kind[KIND].reason == "451"


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (EmailStatus.SENDING, True),
        (EmailStatus.DEFERRED, True),
        (EmailStatus.PARKED, True),
        (None, False),  # a decoy's, perhaps
        (EmailStatus.SENT, False),
        (EmailStatus.WITHDRAWN, False),
    ],
)
def test_an_email_that_was_begun_and_never_left_is_told_once(status: EmailStatus | None, says: bool) -> None:
    before = Emails(ID, with_status(status).by_kind)
    assert (before.withdraw(KIND, LATER).describe_change(before).get("email") == KIND) is says
    assert with_status(EmailStatus.SENT).describe_change(None) == {}
