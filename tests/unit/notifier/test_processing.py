"""An email's path through the processor: claimed, handed over, recorded, followed up, acknowledged."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.notifier import steps
from services.notifier.app import send_code
from services.notifier.mailer import HandOverResult
from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.events import CodeEmailRefused, CodeIssued, EmailDue, EmailsSent
from shared.contracts.message import MOST_BYTES
from shared.domain.email import EMAILS_TO_COMPLETE, LEASE, Email, Emails
from shared.domain.errors import Conflict, TransientFailure
from shared.messaging import headers
from shared.messaging.executor import Executor
from shared.messaging.handler import Handler
from shared.messaging.processor import Processor
from shared.messaging.topology import find_queue
from shared.observability import metrics
from tests.support.clock import Clock
from tests.support.memory.broker import Channel, MemoryBroker, Sent, delivered, sent_by
from tests.support.memory.email_store import EmailStore
from tests.unit.messaging.rig import APPLICATION, SEALED, START

CODE = EmailKind.VERIFICATION_CODE
HandOver = Callable[[], Awaitable[EmailStatus]]


class MailerRig:
    """A mailer's processor with an in-memory broker and collection."""

    def __init__(self) -> None:
        self.broker, self.clock, self.handed_over = MemoryBroker(), Clock(START), 0
        self.journal = self.broker.journal
        self.store = EmailStore(self.journal)
        self.status = EmailStatus.SENT
        self.meanwhile: Callable[[], object] = lambda: None

    async def hand_over(self, _event: Any, emails: Emails, kind: EmailKind) -> HandOverResult:
        self.handed_over += 1
        self.journal.append("handed over")
        self.meanwhile()
        return HandOverResult(self.status, "because", attempt=emails.by_kind[kind].attempt)

    async def take(self, sent: Sent) -> None:
        is_code = sent.what == CodeIssued.name()
        message, decide = (CodeIssued, send_code) if is_code else (EmailDue, steps.send_email)
        publisher, queue = self.broker.publisher("mailer"), find_queue(message)
        executor = Executor(queue, user="mailer", publisher=publisher, store=self.store, clock=self.clock)
        handler: Handler[Any, Any, Emails] = Handler(message, _nothing, decide, self.hand_over)
        processor = Processor(handler, store=self.store, publisher=publisher, executor=executor, clock=self.clock)
        await processor.take(delivered(sent, Channel(self.journal)))

    @property
    def stored(self) -> dict[str, Any]:
        return self.store.get(APPLICATION)

    @property
    def published(self) -> list[Sent]:
        return self.broker.to("ace.events")


async def _nothing(*_: Any) -> None:
    return None


@pytest.fixture
def rig() -> MailerRig:
    return MailerRig()


def a_code() -> Sent:
    event = CodeIssued(application_id=APPLICATION, content=SEALED, due_at=START, expires_at=START + timedelta(hours=1))
    return sent_by("verifier", event, uuid4(), START, wants_reply=False)


def due(kind: EmailKind) -> Sent:
    event = EmailDue(application_id=APPLICATION, email=kind, content=SEALED, due_at=START)
    return sent_by("provisioner", event, uuid4(), START, wants_reply=False)


async def test_it_is_claimed_before_it_is_handed_over_and_recorded_before_it_is_acknowledged(rig: MailerRig) -> None:
    await rig.take(a_code())
    assert rig.journal == ["stored sending", "handed over", "stored sent", "acknowledged"]


async def test_a_conflict_at_the_claim_decides_again_before_anything_goes_out(rig: MailerRig) -> None:
    conflicts = iter([Conflict()])
    rig.store.failure = lambda what: next(conflicts, None) if what == "save" else None
    await rig.take(a_code())
    assert rig.handed_over == 1
    assert rig.stored[CODE].status is EmailStatus.SENT


async def test_a_conflict_after_the_hand_over_does_not_hand_it_over_again(rig: MailerRig) -> None:
    rig.meanwhile = lambda: rig.store.put(Emails(APPLICATION, rig.stored).withdraw(CODE, START))
    await rig.take(a_code())
    assert rig.handed_over == 1
    assert rig.stored[CODE].status is EmailStatus.SENT


async def test_another_mailers_claim_survives_a_slower_ones_failure(rig: MailerRig) -> None:
    rig.status = EmailStatus.DEFERRED
    rig.meanwhile = lambda: rig.store.put(Emails(APPLICATION, rig.stored).claim(CODE, START + LEASE))
    await rig.take(a_code())
    assert (rig.stored[CODE].status, rig.stored[CODE].attempt) == (EmailStatus.SENDING, 2)
    assert rig.journal[-2:] == ["forwarded to ace.retry.5s", "acknowledged"]


async def test_who_meets_a_lease_comes_back_when_it_ends_and_not_by_the_ladder(rig: MailerRig) -> None:
    rig.store.put(Emails(APPLICATION).claim(CODE, START))
    waited = timedelta()
    for _ in range(9):
        await rig.take(a_code())
        if rig.handed_over:
            break
        forwarded = rig.broker.sent[-1]
        step = timedelta(seconds=int(forwarded.exchange.removeprefix("ace.retry.").removesuffix("s")))
        assert forwarded.headers["ace-attempts"] == 0
        waited += step
        rig.clock.passes(seconds=step.total_seconds())
    assert rig.stored[CODE].status is EmailStatus.SENT
    assert waited - LEASE < timedelta(seconds=2)


async def test_one_that_was_deferred_comes_again(rig: MailerRig) -> None:
    rig.status = EmailStatus.DEFERRED
    await rig.take(a_code())
    assert rig.stored[CODE].status is EmailStatus.DEFERRED
    assert rig.journal[-2:] == ["forwarded to ace.retry.1s", "acknowledged"]


async def test_a_refusal_is_published_before_the_email_is_parked(rig: MailerRig) -> None:
    rig.status = EmailStatus.REFUSED
    sent = a_code()
    await rig.take(sent)
    first, *_, last = rig.journal[3:]
    assert (first, last) == ("published code-email-refused", "acknowledged")
    [refused] = rig.published
    assert refused.message == CodeEmailRefused(application_id=APPLICATION, attempt=1)
    assert rig.stored[CODE].parked == UUID(sent.message_id)


async def test_that_both_emails_are_sent_is_said_under_one_id_however_often_they_come(rig: MailerRig) -> None:
    sent = [due(kind) for kind in EMAILS_TO_COMPLETE]
    for each in (*sent, *sent):
        await rig.take(each)
    assert rig.handed_over == 2
    assert [each.message for each in rig.published] == [EmailsSent(application_id=APPLICATION)] * 3
    assert {each.message_id for each in rig.published} == {str(EmailsSent(application_id=APPLICATION).own_id)}


async def test_a_record_that_the_database_does_not_take_is_tried_again_without_a_second_email(
    rig: MailerRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.messaging.processor.PAUSE", 0)
    saves = iter([None, TransientFailure("the database is away"), None])
    rig.store.failure = lambda what: next(saves) if what == "save" else None
    await rig.take(a_code())
    assert rig.handed_over == 1
    assert rig.stored[CODE].status is EmailStatus.SENT


UNREADABLE: dict[str, Callable[[Sent], Sent]] = {
    "a newer version": lambda sent: replace(sent, type=str(sent.type).replace("v1", "v2")),
    "too large": lambda sent: replace(sent, body=sent.body.ljust(MOST_BYTES + 1)),
    "no JSON": lambda sent: replace(sent, body=b"{"),
    "no id": lambda sent: replace(sent, message_id="none"),
}


@pytest.mark.parametrize("how", UNREADABLE)
@pytest.mark.parametrize("make", [a_code, lambda: due(EmailKind.ACCOUNT_READY)])
async def test_an_email_whose_event_cannot_be_read_is_marked_as_parked(
    rig: MailerRig, make: Callable[[], Sent], how: str
) -> None:
    sent = UNREADABLE[how](make())
    await rig.take(sent)
    [(kind, email)] = rig.stored.items()
    assert kind is (CODE if isinstance(make().message, CodeIssued) else EmailKind.ACCOUNT_READY)
    assert (email.status, email.parked) == (EmailStatus.PARKED, None if how == "no id" else UUID(sent.message_id))
    assert rig.journal[-3:] == ["marked", "forwarded to ace.dead", "acknowledged"]


def of_a_later_version(kind: str) -> Sent:
    sent = due(EmailKind.ACCOUNT_READY)
    event = sent.message.model_copy(update={"email": kind})
    body = sent.body.replace(b"account-ready", kind.encode())
    return replace(sent, body=body, headers={**sent.headers, **headers.write(event)})


async def test_an_email_of_a_kind_that_only_a_later_version_knows_is_marked_as_parked(rig: MailerRig) -> None:
    sent = of_a_later_version("news-of-tomorrow")
    for _ in range(2):  # a replay before the mailer is a later one changes nothing
        await rig.take(sent)
        [(kind, email)] = rig.stored.items()
        assert (kind, email.status, email.parked) == ("news-of-tomorrow", EmailStatus.PARKED, UUID(sent.message_id))
        assert rig.journal[-3:] == ["marked", "forwarded to ace.dead", "acknowledged"]


async def test_an_email_that_a_later_version_sent_is_not_marked_by_an_earlier_one(rig: MailerRig) -> None:
    sent = Email(EmailStatus.SENT, START, 1, sent_at=START)
    rig.store.put(Emails(APPLICATION, {"news-of-tomorrow": sent}, changed="news-of-tomorrow"))
    await rig.take(of_a_later_version("news-of-tomorrow"))
    assert rig.stored["news-of-tomorrow"] == sent


@pytest.mark.parametrize("kind", ["", "a.b", "$set", "parked.", "news-", "n" * 41])
async def test_what_names_no_kind_of_email_marks_nothing(rig: MailerRig, kind: str) -> None:
    await rig.take(of_a_later_version(kind))
    assert rig.stored == {}
    assert rig.journal[-2:] == ["forwarded to ace.dead", "acknowledged"]


async def test_an_unreadable_event_from_somebody_else_marks_nothing(rig: MailerRig) -> None:
    await rig.take(replace(UNREADABLE["no JSON"](a_code()), user_id="intake"))
    assert rig.stored == {}


async def test_a_resend_that_cannot_be_read_is_marked_although_its_email_is_out(rig: MailerRig) -> None:
    ready = EmailKind.ACCOUNT_READY
    await rig.take(due(ready))
    event = EmailDue(application_id=APPLICATION, email=ready, content=SEALED, due_at=START, resend=1)
    await rig.take(replace(sent_by("provisioner", event, uuid4(), START, wants_reply=False), body=b"{"))
    assert (rig.stored[ready].status, rig.stored[ready].resend) == (EmailStatus.PARKED, 1)


async def test_a_code_email_whose_code_was_over_before_a_mailer_began_counts_as_never_out(rig: MailerRig) -> None:
    before = metrics.WITHDRAWN._value.get()
    rig.store.put(Emails(APPLICATION).withdraw(CODE, START))
    await rig.take(a_code())
    assert (rig.handed_over, metrics.WITHDRAWN._value.get()) == (0, before + 1)
