"""Connections to the mail server are kept, and an email fares no worse on a kept one than on a new one."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from services.notifier import connections
from services.notifier.mailer import Mailer
from shared.contracts.email_kind import EmailStatus
from tests.integration.failures.handing_over import hand_over, mailer
from tests.support.mail_sink import CUT, SILENT, MailSink, mail_sink
from tests.support.waiting import until

GREETING = ["CONNECT", "EHLO"]
EMAIL = ["MAIL", "RCPT", "DATA"]


@pytest.fixture
async def sink() -> AsyncIterator[MailSink]:
    async with mail_sink() as sink:
        yield sink


@pytest.fixture
async def kept(sink: MailSink) -> AsyncIterator[Mailer]:
    """A mailer with a kept connection."""
    kept = mailer(sink.url)
    await send(kept)
    assert sink.commands == GREETING + EMAIL
    sink.commands.clear()
    yield kept
    kept.close()


async def send(by: Mailer, status: EmailStatus = EmailStatus.SENT) -> None:
    assert (await hand_over(by)).status is status


async def closed(sink: MailSink) -> bool:
    return not any(conversation.is_open for conversation in sink.conversations)


async def test_the_next_email_goes_the_same_way_without_another_greeting(kept: Mailer, sink: MailSink) -> None:
    await send(kept)
    assert sink.commands == EMAIL


async def test_emails_at_the_same_time_have_each_their_own_connection(kept: Mailer, sink: MailSink) -> None:
    await asyncio.gather(*(send(kept) for _ in range(3)))
    assert len(sink.conversations) == 3
    await asyncio.gather(*(send(kept) for _ in range(3)))
    assert len(sink.conversations) == 3


async def test_no_more_unused_ones_are_kept_than_stated(
    kept: Mailer, sink: MailSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "KEPT", 2)
    await asyncio.gather(*(send(kept) for _ in range(4)))
    assert sum(conversation.is_open for conversation in sink.conversations) <= 4
    await asyncio.gather(*(send(kept) for _ in range(4)))
    assert len(sink.conversations) == 6


async def test_one_ends_after_so_many_emails(kept: Mailer, sink: MailSink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "EMAILS", 2)
    await send(kept)
    await until(lambda: closed(sink))
    await send(kept)
    assert sink.commands == EMAIL + GREETING + EMAIL


async def test_one_that_is_not_used_ends(sink: MailSink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "KEPT_FOR", 0.05)
    await send(mailer(sink.url))
    await until(lambda: closed(sink))


async def test_none_outlives_its_mailer(kept: Mailer, sink: MailSink) -> None:
    assert not await closed(sink)
    kept.close()
    await until(lambda: closed(sink))


async def test_one_that_the_server_closed_meanwhile_is_replaced(kept: Mailer, sink: MailSink) -> None:
    sink.conversations[0].cut()
    await send(kept)
    assert sink.commands == GREETING + EMAIL


@pytest.mark.parametrize("step", ["MAIL", "RCPT"])
@pytest.mark.parametrize("answer", [CUT, "421 4.4.2 idle for too long"])
async def test_one_that_ends_before_the_content_is_replaced_at_once(
    kept: Mailer, sink: MailSink, step: str, answer: str
) -> None:
    sink.once[step] = answer
    await send(kept)
    assert sink.commands == [*EMAIL[: EMAIL.index(step) + 1], *GREETING, *EMAIL]
    assert len(sink.received) == 2


async def test_one_that_falls_silent_is_replaced(sink: MailSink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "KEPT_REPLY_WITHIN", 0.3)
    kept = mailer(sink.url)
    await send(kept)
    sink.once["MAIL"] = SILENT
    await send(kept)
    assert len(sink.received) == 2
    kept.close()


async def test_one_that_refuses_the_sender_is_replaced_because_it_may_mean_the_connection(
    kept: Mailer, sink: MailSink
) -> None:
    sink.once["MAIL"] = "452 4.7.0 too many emails on this connection"
    await send(kept)


@pytest.mark.parametrize("answer", [CUT, "421 4.3.2 closing"])
async def test_only_one_new_connection_is_tried(kept: Mailer, sink: MailSink, answer: str) -> None:
    sink.answers["MAIL"] = answer
    await send(kept, EmailStatus.DEFERRED)
    assert sink.commands.count("MAIL") == 2


async def test_an_email_whose_connection_is_lost_after_its_content_is_not_repeated_at_once(
    kept: Mailer, sink: MailSink
) -> None:
    sink.once["DATA"] = CUT
    await send(kept, EmailStatus.DEFERRED)
    assert len(sink.received) == 2
    await send(kept)
    assert len({email.message_id for email in sink.received}) == 1


@pytest.mark.parametrize(
    ("step", "answer", "status"),
    [
        ("RCPT", "550 5.1.1 no such mailbox", EmailStatus.REFUSED),
        ("RCPT", "451 4.7.1 greylisted", EmailStatus.DEFERRED),
        ("DATA", "550 5.2.1 disabled", EmailStatus.REFUSED),
        ("DATA", "451 4.3.0 later", EmailStatus.DEFERRED),
    ],
)
async def test_a_refusal_leaves_it_usable(
    kept: Mailer, sink: MailSink, step: str, answer: str, status: EmailStatus
) -> None:
    sink.answers[step] = answer
    await send(kept, status)  # refused twice: the kept connection is not believed
    del sink.answers[step]
    sink.commands.clear()
    await send(kept)
    await send(kept)
    assert sink.commands == ["RSET", *EMAIL, *EMAIL]


@pytest.mark.parametrize(
    ("step", "answer"),
    [
        ("RCPT", "550 too many recipients in this session"),
        ("RCPT", "452 4.5.3 too many recipients in this session"),
        ("DATA", "550 too many messages in this session"),
    ],
)
async def test_what_only_a_kept_connection_refuses_is_about_the_connection(
    kept: Mailer, sink: MailSink, step: str, answer: str
) -> None:
    sink.once[step] = answer
    await send(kept)
    assert len(sink.conversations) == 2


@pytest.mark.parametrize("answer", [CUT, "421 4.4.2 idle for too long", "500 what"])
async def test_one_that_cannot_be_reset_is_replaced(kept: Mailer, sink: MailSink, answer: str) -> None:
    sink.answers["RCPT"] = "550 5.1.1 no such mailbox"
    await send(kept, EmailStatus.REFUSED)
    del sink.answers["RCPT"]
    sink.once["RSET"] = answer
    sink.commands.clear()
    await send(kept)
    assert sink.commands == ["RSET", *GREETING, *EMAIL]
