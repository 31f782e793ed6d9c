"""Handing emails to a real mail server, whatever it replies."""

import json
import logging
import socket
import time
from dataclasses import replace
from datetime import timedelta

import pytest
import structlog

from services.notifier import mailer as mailer_module
from services.notifier.mailer import HandOverResult, Mailer
from services.notifier.writer import Writer
from shared import clock
from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.domain.email import LEASE, Emails
from shared.domain.errors import PermanentFailure, TransientFailure
from tests.support.mail_sink import CUT, SILENT, MailSink, mail_sink
from tests.support.written_emails import CODE, ID, SETTINGS, Told, claimed, event, writer

KIND = EmailKind.VERIFICATION_CODE
TOLD = Told()
CHATTER = f"<{TOLD.poc_email}> says {TOLD.requester_email} gave {CODE} for {TOLD.importer_number}"
"""What a careless server might quote in its replies."""

PERSONAL = (TOLD.poc_email, TOLD.requester_email, TOLD.importer_number, TOLD.poc_name, CODE)
REDACTED = "<***> says ***@*** gave *** for ***"


def mailer(url: str, kind: EmailKind = KIND) -> Mailer:
    return Mailer(SETTINGS.model_copy(update={"smtp_url": url}), writer(kind))


async def hand_over(by: Mailer, told: Told = TOLD, **changes: str) -> HandOverResult:
    """The result of an email, with these changes of its event."""
    result = await by.hand_over(event(KIND, told).model_copy(update=changes), claimed(KIND), KIND)
    assert result is not None
    return result


async def handed_over(told: Told = TOLD, /, **answers: str) -> tuple[HandOverResult, MailSink]:
    """The result of an email to a server that answers like this, and the server."""
    async with mail_sink(**answers) as server:
        return await hand_over(mailer(server.url), told), server


async def test_an_accepted_email_is_sent() -> None:
    result, server = await handed_over()
    assert result == HandOverResult(EmailStatus.SENT, attempt=1)
    assert result.failure is None
    [email] = server.received
    assert (email.sender, email.recipients, email.code) == ("no-reply@emails.example", (TOLD.poc_email,), CODE)


@pytest.mark.parametrize(
    "address",
    [
        "Una.O'Neill+ace=x?y@harbor.example",
        "{a}|b~c^d`e@harbor.example",
        "\u0130brahim@turk.example",
        "a" * 64 + "@b.example",
    ],
)
async def test_envelope_and_header_name_exactly_the_accepted_address(address: str) -> None:
    _, server = await handed_over(replace(TOLD, poc_email=address))
    [email] = server.received
    assert (email.sender, email.recipients) == ("no-reply@emails.example", (address,))
    assert email.content.partition(b"\r\n\r\n")[0].split(b"\r\n").count(f"To: {address}".encode()) == 1


@pytest.mark.parametrize(
    "address", ["=?utf-8?q?victim?=@harbor.example", "=?utf-8?q?a=0D=0ABcc:_b=40c.example?=@harbor.example"]
)
async def test_an_address_that_its_header_would_change_is_parked_and_nothing_leaves(address: str) -> None:
    result, server = await handed_over(replace(TOLD, poc_email=address))
    assert result.status is EmailStatus.PARKED
    assert isinstance(result.failure, PermanentFailure)
    assert "bug in this service" in result.failure.reason
    assert server.commands == []


async def test_an_email_that_cannot_be_written_is_parked_whatever_the_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    def write(*_: object) -> None:
        raise KeyError(TOLD.poc_email)

    monkeypatch.setattr(Writer, "write", write)
    with structlog.testing.capture_logs() as logs:
        result, server = await handed_over()
    assert result.status is EmailStatus.PARKED
    assert isinstance(result.failure, PermanentFailure)
    assert result.failure.reason == "a bug in this service: the email cannot be written (KeyError)"
    assert server.commands == []
    assert any(entry.get("exc_info") for entry in logs)


async def test_an_email_whose_code_was_sealed_under_another_key_is_parked() -> None:
    async with mail_sink() as server:
        result = await hand_over(mailer(server.url), content="k1." + "A" * 60)

    assert result.status is EmailStatus.PARKED
    assert "does not open" in str(result.reason) or "cannot be written" in str(result.reason)
    assert server.commands == []


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
    monkeypatch.setattr(mailer_module, "REPLY_WITHIN", 0.3)
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


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
async def test_no_email_is_sent_in_the_clear_if_the_settings_require_encryption(scheme: str) -> None:
    async with mail_sink() as server:
        result = await hand_over(mailer(server.url.replace("smtp://", f"{scheme}://")))

    assert result.status is EmailStatus.DEFERRED
    assert server.received == []


async def test_a_slow_hand_over_ends_before_its_lease_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailer_module, "HAND_OVER_WITHIN", timedelta(seconds=0.3))

    result, _ = await handed_over(DATA=SILENT)
    assert result == HandOverResult(EmailStatus.DEFERRED, "the mail server is away (TimeoutError)", attempt=1)


async def test_a_claim_that_was_stored_too_late_hands_nothing_over() -> None:
    stale = Emails(ID).claim(KIND, clock.now() - LEASE)
    async with mail_sink() as server:
        result = await mailer(server.url).hand_over(event(KIND, TOLD), stale, KIND)

    assert result is not None
    assert result.status is EmailStatus.DEFERRED
    assert server.received == []


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


@pytest.mark.parametrize("after", [CUT, "421 going down", "500 what"])
async def test_a_refusal_stays_one_when_the_server_breaks_off_after_it(after: str) -> None:
    result, _ = await handed_over(RCPT="550 5.1.1 nobody of this name", RSET=after)
    assert result.status is EmailStatus.REFUSED
    assert result.smtp_status == 550


async def test_each_hand_over_of_an_email_has_the_same_message_id() -> None:
    async with mail_sink(DATA=f"451 4.3.0 {CHATTER}") as server:
        await hand_over(mailer(server.url))
        server.answers["DATA"] = CUT
        await hand_over(mailer(server.url))
        del server.answers["DATA"]
        result = await hand_over(mailer(server.url))

    assert result.status is EmailStatus.SENT
    first, second, third = (email.message_id for email in server.received)
    assert first == second == third


async def test_emails_of_one_application_have_different_message_ids() -> None:
    kinds = [EmailKind.IMPORTER_VIEW_CONFIRMED, EmailKind.ACCOUNT_READY, EmailKind.ACCOUNT_CREATED_NOTICE]
    async with mail_sink() as server:
        for kind in kinds:
            await mailer(server.url, kind).hand_over(event(kind, TOLD), claimed(kind), kind)

    assert len({email.message_id for email in server.received}) == len(kinds)


async def test_an_address_beyond_ascii_reaches_a_server_that_takes_such() -> None:
    result, server = await handed_over(Told(poc_email="j\u00f6rg@brightharbor.example"))
    assert result.status is EmailStatus.SENT
    assert server.received[0].recipients == ("j\u00f6rg@brightharbor.example",)


async def test_an_address_beyond_ascii_waits_for_a_server_that_takes_such() -> None:
    """The address is fine. Its owner is not to blame if our mail server cannot deliver to it."""
    async with mail_sink() as server:
        server.knows_utf8 = False
        result = await hand_over(mailer(server.url), Told(poc_email="j\u00f6rg@brightharbor.example"))

    only_ascii = "the mail server accepts only ASCII addresses (no SMTPUTF8)"
    assert result == HandOverResult(EmailStatus.DEFERRED, only_ascii, attempt=1)
    assert server.received == []


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"CONNECT": f"421 {CHATTER}"},
        {"CONNECT": f"554 {CHATTER}"},
        *({step: f"{status} {CHATTER}"} for step in ("MAIL", "RCPT", "DATA") for status in (451, 550)),
        {"RCPT": f"550 5.1.1 {CHATTER}"},
        {"DATA": CUT},
    ],
    ids=lambda answers: " ".join(f"{step} {answer[:3]}" for step, answer in answers.items()) or "accepted",
)
async def test_neither_what_is_kept_nor_the_log_says_whom_the_email_is_for(
    answers: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)  # the level that `shared.observability.logs` sets for libraries

    with structlog.testing.capture_logs() as logs:
        result, _ = await handed_over(**answers)
    [line] = [entry for entry in logs if entry.get("email") == KIND]
    assert line["result"] == result.status
    kept = [str(result.note), str(result.failure), json.dumps(logs, default=str), caplog.text]
    for personal in PERSONAL:
        assert not any(personal in text for text in kept)
