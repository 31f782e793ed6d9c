"""The mail server says later, or never (invariant 3)."""

from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.problem import Problem
from shared.contracts.replies import Refused
from shared.contracts.state import State
from tests.integration.asking import Asker
from tests.integration.broker import Broker
from tests.integration.people import code_for, outcome, reaches, start, submit, verify
from tests.mailbox import ACCEPTED, Mailbox
from tests.waiting import until

CODE = EmailKind.VERIFICATION_CODE


async def test_an_email_that_is_wanted_later_is_sent_later(gateway: Asker, box: Mailbox) -> None:
    box.answer = "451 come back later"
    started = await start(gateway)

    async def deferred() -> bool:
        return (await outcome(gateway, started)).emails.get(CODE) is EmailStatus.DEFERRED

    await until(deferred)
    box.answer = ACCEPTED
    await code_for(started, box)
    assert len(box.messages) == 1


async def test_a_server_that_refuses_us_and_is_well_again_ends_no_application(gateway: Asker, box: Mailbox) -> None:
    box.recipient = "554 5.7.1 Service unavailable; client host blocked"
    started = await start(gateway)

    async def deferred() -> bool:
        return (await outcome(gateway, started)).emails.get(CODE) is EmailStatus.DEFERRED

    await until(deferred)
    refused = await outcome(gateway, started)
    assert (refused.state, refused.problem) == (State.AWAITING_CODE, None)
    box.recipient = ACCEPTED
    await verify(started, gateway, box)
    assert len(box.messages) == 1


async def test_a_code_email_to_no_mailbox_ends_the_application_at_once(
    gateway: Asker, box: Mailbox, broker: Broker
) -> None:
    box.recipient = "550 5.1.1 <poc@acme.example>: no such person"
    started = await start(gateway)
    rejected = await reaches(started, gateway, State.REJECTED)
    assert rejected.problem is Problem.POC_EMAIL_REFUSED
    reply = await gateway.ask(gateway.code(started.application, "0000-0000"))
    assert isinstance(reply, Refused)
    assert reply.problem is Problem.POC_EMAIL_REFUSED
    dead = await broker.take("notifier.send-code.dead")
    assert dead.headers["ace-status"] == "550"
    assert "the mail server refuses the address for good (550 5.1.1 at RCPT)" in str(dead.headers["ace-reason"])
    assert "poc@acme.example" not in str(dead.headers)


async def test_a_welcome_email_refused_for_good_is_parked_and_seen_on_the_application(
    gateway: Asker, box: Mailbox, broker: Broker
) -> None:
    started = await start(gateway)
    grant = await verify(started, gateway, box)
    box.answer = "550 5.2.1 disabled"
    await submit(started, gateway, grant)
    for _ in range(3):
        await broker.take("notifier.send-email.dead")
    account = await reaches(started, gateway, State.PROVISIONED)
    assert account.emails[EmailKind.ACCOUNT_READY] is EmailStatus.REFUSED


async def test_an_email_keeps_its_message_id_however_often_it_is_sent(gateway: Asker, box: Mailbox) -> None:
    box.forget_answers = 2
    started = await start(gateway)
    await code_for(started, box)

    async def sent() -> bool:
        return (await outcome(gateway, started)).emails.get(CODE) is EmailStatus.SENT

    await until(sent, within=60)
    assert len({email["Message-ID"] for email in box.messages}) == 1
