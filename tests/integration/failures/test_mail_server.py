"""The mail server defers emails or refuses them (invariant 3)."""

from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.problem import Problem
from shared.contracts.state import State
from tests.support.applicant import code_for, emailed, outcome, reaches, refusal, start, submit, verify
from tests.support.broker import Broker
from tests.support.gateway import Gateway
from tests.support.mail_sink import MailSink

CODE = EmailKind.VERIFICATION_CODE


async def test_an_email_that_is_wanted_later_is_sent_later(gateway: Gateway, box: MailSink) -> None:
    box.answers["DATA"] = "451 come back later"
    started = await start(gateway)
    await emailed(started, gateway, CODE, EmailStatus.DEFERRED)
    box.answers.clear()
    await code_for(started, box)
    assert len(box.accepted) == 1


async def test_a_server_that_refuses_us_and_is_well_again_ends_no_application(gateway: Gateway, box: MailSink) -> None:
    box.answers["RCPT"] = "554 5.7.1 Service unavailable; client host blocked"
    started = await start(gateway)
    await emailed(started, gateway, CODE, EmailStatus.DEFERRED)
    refused = await outcome(gateway, started)
    assert (refused.state, refused.problem) == (State.AWAITING_CODE, None)
    box.answers.clear()
    await verify(started, gateway, box)
    assert len(box.accepted) == 1


async def test_a_code_email_to_a_missing_mailbox_ends_the_application_immediately(
    gateway: Gateway, box: MailSink, broker: Broker
) -> None:
    box.answers["RCPT"] = "550 5.1.1 <poc@acme.example>: no such person"
    started = await start(gateway)
    rejected = await reaches(started, gateway, State.REJECTED)
    assert rejected.problem is Problem.POC_EMAIL_REFUSED
    assert await refusal(gateway, gateway.code(started.application, "0000-0000")) is Problem.POC_EMAIL_REFUSED
    dead = await broker.take("notifier.send-code.dead")
    assert dead.headers["ace-status"] == "550"
    assert "the mail server refuses the address for good (550 5.1.1 at RCPT)" in str(dead.headers["ace-reason"])
    assert "poc@acme.example" not in str(dead.headers)


async def test_a_welcome_email_refused_for_good_is_parked_and_seen_on_the_application(
    gateway: Gateway, box: MailSink, broker: Broker
) -> None:
    started = await start(gateway)
    grant = await verify(started, gateway, box)
    box.answers["DATA"] = "550 5.2.1 disabled"
    await submit(started, gateway, grant)
    for _ in range(3):
        await broker.take("notifier.send-email.dead")
    account = await reaches(started, gateway, State.PROVISIONED)
    assert account.emails[EmailKind.ACCOUNT_READY] is EmailStatus.REFUSED


async def test_an_email_keeps_its_message_id_however_often_it_is_sent(gateway: Gateway, box: MailSink) -> None:
    box.cuts = iter((True, True))
    started = await start(gateway)
    await code_for(started, box)
    await emailed(started, gateway, CODE, EmailStatus.SENT)
    assert len({email.message_id for email in box.accepted}) == 1
