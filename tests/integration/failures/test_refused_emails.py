"""A mail server that refuses, defers, breaks off or is none at all: what becomes of the email."""

import socket
import time
from dataclasses import replace

import pytest

from services.notifier import connections
from services.notifier.mailer import HandOverResult
from shared.contracts.email_kind import EmailStatus
from shared.domain.errors import PermanentFailure, TransientFailure
from tests.integration.failures.handing_over import CHATTER, TOLD, hand_over, handed_over, mailer
from tests.support.mail_sink import CUT, SILENT, mail_sink

REDACTED = "<***> says ***@*** gave *** for ***"


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("status", [421, 450, 451, 452])
async def test_an_email_that_the_server_wants_later_is_deferred(step: str, status: int) -> None:
    result, _ = await handed_over(**{step: f"{status} 4.2.0 {CHATTER}"})
    reason = f"the mail server wants the email later ({status} 4.2.0 at {step})"
    assert result == HandOverResult(EmailStatus.DEFERRED, reason, status, f"4.2.0 {REDACTED}", attempt=1)
    assert isinstance(result.failure, TransientFailure)


@pytest.mark.parametrize("step", ["RCPT", "DATA"])
@pytest.mark.parametrize("enhanced", ["5.1.1", "5.2.1"])
async def test_an_address_that_the_server_does_not_take_is_refused(step: str, enhanced: str) -> None:
    result, _ = await handed_over(**{step: f"550 {enhanced} {CHATTER}"})
    reason = f"the mail server refuses the address for good (550 {enhanced} at {step})"
    assert result == HandOverResult(EmailStatus.REFUSED, reason, 550, f"{enhanced} {REDACTED}", attempt=1)
    assert isinstance(result.failure, PermanentFailure)
    assert result.failure.status == 550


@pytest.mark.parametrize(
    ("step", "answer"),
    [
        ("CONNECT", "554 no mail is taken here"),
        ("EHLO", "550 5.1.1 nobody talks to you"),
        ("MAIL", "550 5.1.1 unknown"),
        ("MAIL", "530 5.7.0 log in first"),
        ("RCPT", "554 5.7.1 relay access denied"),
        ("RCPT", "550 no such user here"),
        ("RCPT", "552 5.2.2 mailbox full"),
        ("DATA", "550 5.7.26 unauthenticated"),
        ("DATA", "554 spam"),
    ],
)
async def test_a_server_that_refuses_us_is_tried_again(step: str, answer: str) -> None:
    answers = dict.fromkeys(("EHLO", "HELO") if step == "EHLO" else (step,), answer)
    result, _ = await handed_over(**answers)
    assert result.status is EmailStatus.DEFERRED
    assert str(result.reason).startswith(f"the mail server refuses us or the email, not the address ({answer[:3]}")
    assert isinstance(result.failure, TransientFailure)
    assert result.note == f"{result.reason}: {answer[4:]}"


async def test_a_login_that_the_server_does_not_know_is_tried_again() -> None:
    async with mail_sink() as server:
        server.refuses_logins = True
        result = await hand_over(mailer(server.url.replace("//", "//ace:wrong@")))

    assert result.status is EmailStatus.DEFERRED
    assert str(result.reason).startswith("the mail server refuses us or the email, not the address (535")
    assert str(result.reason).endswith(" at AUTH)")


async def test_a_bare_refusal_is_about_the_address_once_the_server_has_accepted_an_email_to_another() -> None:
    sam, ann = replace(TOLD, poc_email="sam@harbor.example"), replace(TOLD, poc_email="ann@pier.example")
    async with mail_sink() as server:
        one, other = mailer(server.url), mailer(server.url)
        assert (await hand_over(one, ann)).status is EmailStatus.SENT
        server.answers["RCPT"] = "550 no such user here"
        assert (await hand_over(one, ann)).status is EmailStatus.DEFERRED
        assert (await hand_over(one, sam)).status is EmailStatus.REFUSED
        assert (await hand_over(other, sam)).status is EmailStatus.DEFERRED


@pytest.mark.parametrize("greeting", ["421 too busy", "451 later"])
async def test_a_server_that_takes_no_mail_for_now_is_tried_again(greeting: str) -> None:
    result, server = await handed_over(CONNECT=f"{greeting} {CHATTER}")
    assert result.status is EmailStatus.DEFERRED
    assert result.reason == f"the mail server wants the email later ({greeting[:3]} at greeting)"
    assert server.received == []


@pytest.mark.parametrize("step", ["CONNECT", "MAIL", "RCPT", "DATA"])
async def test_a_connection_that_is_cut_leaves_the_email_deferred(step: str) -> None:
    """Even after DATA: the server may have taken it, and then receives it again under the same Message-ID."""
    result, _ = await handed_over(**{step: CUT})
    assert result.status is EmailStatus.DEFERRED
    assert str(result.reason).startswith("the mail server is away (")


@pytest.mark.parametrize("step", ["CONNECT", "MAIL", "RCPT", "DATA"])
async def test_a_silent_server_is_not_waited_for_forever(step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "REPLY_WITHIN", 0.3)
    began = time.monotonic()

    result, _ = await handed_over(**{step: SILENT})
    assert result.status is EmailStatus.DEFERRED
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("step", ["CONNECT", "MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("nonsense", ["HTTP/1.1 400 Bad Request", "250-" + "x" * 100_000])
async def test_a_server_that_is_not_a_mail_server_counts_as_away(step: str, nonsense: str) -> None:
    result, _ = await handed_over(**{step: nonsense})
    assert result.status is EmailStatus.DEFERRED
    assert nonsense not in str(result.reason)


async def test_nobody_listening_leaves_the_email_deferred() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound but not listening: nobody else gets the port, and connections are refused
        port = taken.getsockname()[1]
        result = await hand_over(mailer(f"smtp://127.0.0.1:{port}"))

    assert result.status is EmailStatus.DEFERRED
    assert isinstance(result.failure, TransientFailure)


@pytest.mark.parametrize("farewell", [CUT, SILENT, "421 going down", "500 what"])
async def test_no_failure_after_acceptance_makes_an_email_look_refused(farewell: str) -> None:
    began = time.monotonic()

    result, server = await handed_over(QUIT=farewell)
    assert result == HandOverResult(EmailStatus.SENT, attempt=1)
    assert len(server.received) == 1
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("step", ["RCPT", "DATA"])
@pytest.mark.parametrize("after", [CUT, SILENT, "421 going down", "500 what"])
async def test_a_refusal_stays_one_whatever_the_server_does_after_it(
    step: str, after: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "REPLY_WITHIN", 0.3)
    result, _ = await handed_over(**{step: "550 5.1.1 nobody of this name"}, RSET=after, QUIT=after)
    assert result.status is EmailStatus.REFUSED
    assert result.smtp_status == 550
