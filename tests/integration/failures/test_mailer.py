"""Handing emails to a real mail server: to the right address, once, and unseen by others."""

import json
import logging
from dataclasses import replace
from datetime import timedelta

import pytest
import structlog

from services.notifier import mailer as mailer_module
from services.notifier.mailer import HandOverResult
from services.notifier.writer import Writer
from shared import clock
from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.domain.email import LEASE, Emails
from shared.domain.errors import PermanentFailure
from tests.integration.failures.handing_over import CHATTER, KIND, TOLD, hand_over, handed_over, mailer
from tests.support.mail_sink import CUT, SILENT, mail_sink
from tests.support.written_emails import CODE, ID, Told, claimed, event

PERSONAL = (TOLD.poc_email, TOLD.requester_email, TOLD.importer_number, TOLD.poc_name, CODE)


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
        result = await hand_over(mailer(server.url), claim=stale)

    assert result.status is EmailStatus.DEFERRED
    assert server.received == []


async def test_a_code_email_is_not_handed_over_once_its_code_has_expired() -> None:
    async with mail_sink(RCPT=SILENT) as server:
        result = await hand_over(mailer(server.url), expires_at=clock.now() + timedelta(seconds=0.3))

    assert result == HandOverResult(EmailStatus.DEFERRED, "the mail server is away (TimeoutError)", attempt=1)


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
