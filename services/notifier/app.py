"""The messages that the notifier's two programs handle: about codes, and all other emails."""

from services.notifier import steps
from services.notifier.mailer import HandOverResult, Mailer
from services.notifier.rendering import EmailRenderer
from services.notifier.writer import Writer
from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.events import CodeIssued, CodeWithdrawn, DigestDue, EmailDue
from shared.domain.decision import Decision, Situation
from shared.domain.email import Emails
from shared.messaging.handler import Handler, gather_nothing
from shared.observability import metrics
from shared.security.sealing import Sealer
from shared.settings.loading import load_key_ring
from shared.settings.processes import CodeMailerSettings, GeneralMailerSettings
from shared.worker import Worker


def send_code(event: CodeIssued, situation: Situation[Emails], handed_over: HandOverResult | None) -> Decision[Emails]:
    """Decides, and counts an email whose code was over before a mailer began with it.

    Only now it is known to be one: decoys are withdrawn like it, and have no email.
    """
    email = situation.stored and situation.stored.by_kind.get(EmailKind.VERIFICATION_CODE)
    if email and email.status is EmailStatus.WITHDRAWN and not email.attempt:
        metrics.WITHDRAWN.inc()
    return steps.send_code(event, situation, handed_over)


def wire_code_mailer(worker: Worker[CodeMailerSettings]) -> None:
    """Wires the code mailer's steps. Other emails of its own, the digests, go out few at a time."""
    settings, emails = worker.settings, worker.database.emails
    mailer = Mailer(settings, Writer(EmailRenderer(settings), Sealer(load_key_ring(settings, "code_email"))))
    worker.close_at_end(mailer.close)
    worker.handle(Handler(CodeIssued, gather_nothing, send_code, mailer.hand_over, begins=True), emails)
    worker.handle(Handler(DigestDue, gather_nothing, steps.send_digest, mailer.hand_over, begins=True), emails)
    worker.handle(Handler(CodeWithdrawn, gather_nothing, steps.withdraw_code), emails)


def wire_general_mailer(worker: Worker[GeneralMailerSettings]) -> None:
    """Wires the general mailer's only step."""
    settings = worker.settings
    mailer = Mailer(settings, Writer(EmailRenderer(settings), Sealer(load_key_ring(settings, "email"))))
    worker.close_at_end(mailer.close)
    handler = Handler(EmailDue, gather_nothing, steps.send_email, mailer.hand_over, begins=True)
    worker.handle(handler, worker.database.emails)
