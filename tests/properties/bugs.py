"""Plausible bugs, put into a copy of a handler or of a part of the processor.

The machine must find each one, because a suite that cannot fail proves nothing.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from unittest import mock
from uuid import UUID, uuid4

from services.notifier import mailer, rendering
from services.notifier import steps as notifier
from services.notifier.mail_server_answers import MailServerAnswer, Meaning
from services.verifier import steps as verifier
from services.verifier.codes import Codes
from shared.contracts.commands import CheckCode
from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.events import EmailRefused
from shared.contracts.message import Reply
from shared.contracts.replies import Refused
from shared.domain.account import Account
from shared.domain.application import Application
from shared.domain.decision import Decision, Situation
from shared.domain.email import LEASE, Email, Emails
from shared.domain.handled_result import HandledResult
from shared.messaging.delivery import read
from shared.messaging.processor import Processor
from tests.properties.late_bugs import (
    a_code_never_expires,
    a_gateway_is_believed_however_long_ago_it_says_that_it_was,
    what_the_sweep_closed_stays_closed,
)
from tests.support.memory.email_store import EmailStore
from tests.support.memory.store import Store

Patch = AbstractContextManager[object]


@dataclass(frozen=True)
class Bug:
    """A bug, the invariant that it breaks, and a seed that shows it. `tests.properties.seeds` finds another."""

    invariant: int
    put_in: Callable[[], Patch]
    seed: int = 0

    @property
    def name(self) -> str:
        """What the code does wrong."""
        return self.put_in.__name__.replace("_", " ")


def it_acknowledges_before_it_publishes() -> Patch:
    async def take(processor: Any, raw: Any) -> None:
        delivery = None
        try:
            delivery = read(raw, processor._handler.message, processor._executor.user, processor._clock())
            settled = await processor._handle(delivery, is_new=True)
            await processor._executor.acknowledge(raw)
            await processor._publish(delivery, settled.result)
        except Exception as failure:  # noqa: BLE001  # like the processor itself
            await processor._recover(raw, delivery, failure)

    return mock.patch.object(Processor, "_take", take)


def accounts_are_created_without_a_unique_index() -> Patch:
    def create(store: Store, account: Account) -> None:
        store.accounts[account.application_id] = account
        store.users.add(account.owner)
        store.importers[account.importer] = replace(store.importers[account.importer], top_account=account.number)

    return mock.patch.object(Store, "_create", create)


def an_email_is_recorded_before_it_is_handed_over() -> Patch:
    def claim(emails: Emails, kind: EmailKind, now: datetime, resend: int) -> Decision[Emails]:
        return Decision(emails._replace(kind, Email(EmailStatus.SENT, now, 1, resend, now, now + LEASE)), effect=kind)

    return mock.patch.object(notifier, "_claim", claim)


def an_email_is_not_claimed() -> Patch:
    def claim(emails: Emails, kind: EmailKind, now: datetime, resend: int) -> Decision[Emails]:
        return Decision() if _is_withdrawn(emails, kind) else Decision(emails.claim(kind, now, resend), effect=kind)

    return mock.patch.object(notifier, "_claim", claim)


def a_withdrawn_code_is_sent_even_so() -> Patch:
    real = notifier._claim

    def claim(emails: Emails, kind: EmailKind, now: datetime, resend: int) -> Decision[Emails]:
        if _is_withdrawn(emails, kind):
            return Decision(emails.claim(kind, now, resend), effect=kind)
        return real(emails, kind, now, resend)

    return mock.patch.object(notifier, "_claim", claim)


def _is_withdrawn(emails: Emails, kind: EmailKind) -> bool:
    email = emails.by_kind.get(kind)
    return email is not None and email.status is EmailStatus.WITHDRAWN


def a_code_that_is_over_is_not_withdrawn() -> Patch:
    def leave(changed: Application, reply: Reply | None = None) -> Decision:
        return Decision(changed, reply=reply)

    return mock.patch.object(verifier, "_leave", leave)


def a_repeated_delivery_does_not_say_that_the_emails_are_sent() -> Patch:
    real = notifier.send_email

    def send_email(event: Any, situation: Situation[Emails], handed_over: Any) -> Decision[Emails]:
        decision = real(event, situation, handed_over)
        return decision if decision.changed else Decision()

    return mock.patch.object(notifier, "send_email", send_email)


def the_code_mailer_speaks_for_the_other() -> Patch:
    def describe(application_id: UUID, kind: EmailKind, attempt: int) -> EmailRefused:
        return EmailRefused(application_id=application_id, email=kind, attempt=attempt)

    return mock.patch.object(notifier, "_describe_refusal", describe)


def a_refusal_is_parked_before_it_is_published() -> Patch:
    async def take(processor: Any, raw: Any) -> None:
        delivery = None
        try:
            delivery = read(raw, processor._handler.message, processor._executor.user, processor._clock())
            settled = await processor._handle(delivery, is_new=True)
            if settled.failure:
                raise settled.failure
            await processor._publish(delivery, settled.result)
            await processor._executor.acknowledge(raw)
        except Exception as failure:  # noqa: BLE001  # like the processor itself
            await processor._recover(raw, delivery, failure)

    return mock.patch.object(Processor, "_take", take)


def what_others_recorded_meanwhile_is_not_seen() -> Patch:
    async def save(store: EmailStore, changed: Emails, _before: Emails | None, _created: None = None) -> Emails:
        await store._doing("save")
        store.put(changed)
        return changed

    return mock.patch.object(EmailStore, "save", save)


def an_email_has_a_new_message_id_each_time() -> Patch:
    def message_id(kind: EmailKind, application_id: UUID, domain: str, resend: int) -> str:
        return f"<{uuid4()}@{domain}>"

    return mock.patch.object(rendering, "make_message_id", message_id)


def a_resent_email_keeps_its_message_id() -> Patch:
    real = rendering.make_message_id

    def message_id(kind: EmailKind, application_id: UUID, domain: str, resend: int) -> str:
        return real(kind, application_id, domain, 0)

    return mock.patch.object(rendering, "make_message_id", message_id)


def what_others_saved_meanwhile_is_overwritten() -> Patch:
    save = Store.save

    async def overwrite(store: Store, changed: Application, *others: Any) -> Application:
        return await save(store, replace(changed, version=store.version(changed.id)), *others)

    return mock.patch.object(Store, "save", overwrite)


def a_wrong_code_is_not_counted() -> Patch:
    check = verifier.check_code

    def check_code(command: CheckCode, situation: Situation, codes: Codes) -> Decision:
        decision = check(command, situation, codes)
        is_wrong = isinstance(decision.reply, Refused) and decision.reply.tries_left is not None
        return Decision(reply=decision.reply) if is_wrong else decision

    return mock.patch.object(verifier, "check_code", check_code)


def a_refusal_of_us_ends_the_application() -> Patch:
    def meaning(answer: MailServerAnswer, **_: bool) -> Meaning:
        return Meaning.ADDRESS if answer.code >= 500 else Meaning.LATER

    return mock.patch.object(mailer, "interpret", meaning)


def an_email_that_cannot_be_written_is_told_as_refused() -> Patch:
    hand_over = mailer.Mailer.hand_over

    async def handed_over(self: mailer.Mailer, event: Any, emails: Emails, kind: EmailKind) -> Any:
        result = await hand_over(self, event, emails, kind)
        is_parked = result and result.status is EmailStatus.PARKED
        return replace(result, status=EmailStatus.REFUSED) if result and is_parked else result

    return mock.patch.object(mailer.Mailer, "hand_over", handed_over)


def what_a_message_led_to_is_forgotten() -> Patch:
    def remembering(application: Application, _message_id: UUID, _outcome: HandledResult) -> Application:
        return application

    return mock.patch.object(Application, "remember", remembering)


BUGS = (
    Bug(1, it_acknowledges_before_it_publishes),
    Bug(1, a_repeated_delivery_does_not_say_that_the_emails_are_sent, seed=10),
    Bug(1, a_refusal_is_parked_before_it_is_published, seed=4),
    Bug(1, what_others_recorded_meanwhile_is_not_seen),
    Bug(2, accounts_are_created_without_a_unique_index),
    Bug(3, an_email_is_recorded_before_it_is_handed_over),
    Bug(3, an_email_is_not_claimed),
    Bug(3, a_code_that_is_over_is_not_withdrawn, seed=1),
    Bug(3, a_withdrawn_code_is_sent_even_so, seed=2),
    Bug(3, an_email_has_a_new_message_id_each_time),
    Bug(3, a_resent_email_keeps_its_message_id),
    Bug(4, a_wrong_code_is_not_counted, seed=1),
    Bug(4, a_code_never_expires),
    Bug(4, a_gateway_is_believed_however_long_ago_it_says_that_it_was, seed=6),
    Bug(4, what_the_sweep_closed_stays_closed, seed=6),
    Bug(5, what_a_message_led_to_is_forgotten),
    Bug(5, what_others_saved_meanwhile_is_overwritten),
    Bug(7, the_code_mailer_speaks_for_the_other, seed=2),
    Bug(8, a_refusal_of_us_ends_the_application, seed=6),
    Bug(8, an_email_that_cannot_be_written_is_told_as_refused, seed=5),
)
