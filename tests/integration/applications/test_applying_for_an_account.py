"""Applying for an account with the real broker, database and mail server."""

from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.problem import Problem
from shared.contracts.replies import CodeAccepted, Refused
from shared.contracts.state import State
from tests.support.applicant import code_for, reaches, start, submit
from tests.support.gateway import Gateway
from tests.support.mail_sink import MailSink


async def test_an_importer_applies_and_gets_an_account(gateway: Gateway, box: MailSink) -> None:
    started = await start(gateway)
    code = await code_for(started, box)
    assert [email.to for email in box.accepted] == ["poc@acme.example"]

    wrong = await gateway.ask(gateway.code(started.application, "0000-0000"))
    assert isinstance(wrong, Refused)
    assert (wrong.problem, wrong.tries_left) == (Problem.CODE_WRONG, 4)
    accepted = await gateway.ask(gateway.code(started.application, code.lower()))
    assert isinstance(accepted, CodeAccepted)

    await submit(started, gateway, gateway.granted(accepted))
    completed = await reaches(started, gateway, State.COMPLETED)
    emails = await box.emails(4)
    assert sorted(email.to for email in emails[1:]) == [
        "Ada@acme.example",
        "Ada@acme.example",
        "poc@acme.example",
    ]
    assert completed.account
    assert completed.emails[EmailKind.ACCOUNT_READY] is EmailStatus.SENT
