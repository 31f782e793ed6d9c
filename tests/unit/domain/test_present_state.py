"""What is over by its time counts as over, before anybody records that."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.state import State
from shared.domain.application import TO_ISSUE, TO_SUBMIT, Application
from shared.domain.email import LEASE, Emails
from shared.domain.present_state import find_state, find_status
from tests.support.applications import EXPIRES, NOW, TICK, awaiting, provisioned, requested, submitted, verified

CODE, READY = EmailKind.VERIFICATION_CODE, EmailKind.ACCOUNT_READY


@pytest.mark.parametrize(
    ("application", "end"),
    [(requested(), NOW + TO_ISSUE), (awaiting(), EXPIRES), (verified(), NOW + TO_SUBMIT)],
    ids=["requested", "awaiting-code", "verified"],
)
def test_an_application_has_expired_from_its_end_on(application: Application, end: datetime) -> None:
    assert find_state(application, end - TICK) is application.state
    assert find_state(application, end) is State.EXPIRED


def test_what_never_ends_by_itself_stays_what_it_is() -> None:
    for application in (submitted(), provisioned()):
        assert find_state(application, NOW + timedelta(days=99)) is application.state


def test_a_code_email_that_is_not_out_is_withdrawn_with_its_code() -> None:
    claimed = Emails(UUID(int=1)).claim(CODE, EXPIRES - TICK)
    deferred = claimed.record(CODE, EmailStatus.DEFERRED, EXPIRES - TICK, attempt=1)
    for emails, before in ((claimed, EmailStatus.SENDING), (deferred, EmailStatus.DEFERRED)):
        email = emails.by_kind[CODE]
        assert find_status(awaiting(), CODE, email, EXPIRES - TICK) is before
        assert find_status(awaiting(), CODE, email, EXPIRES) is EmailStatus.WITHDRAWN
        assert find_status(verified(), CODE, email, EXPIRES - TICK) is EmailStatus.WITHDRAWN
    sent = claimed.record(CODE, EmailStatus.SENT, EXPIRES - TICK, attempt=1).by_kind[CODE]
    assert find_status(awaiting(), CODE, sent, EXPIRES) is EmailStatus.SENT


def test_an_email_whose_mailer_died_is_due_again_once_its_lease_is_over() -> None:
    email = Emails(UUID(int=1)).claim(READY, NOW).by_kind[READY]
    assert find_status(provisioned(), READY, email, NOW + LEASE - TICK) is EmailStatus.SENDING
    assert find_status(provisioned(), READY, email, NOW + LEASE) is None
