"""The messages that the notifier handles: the code email, and every other email that is due."""

from services.notifier import steps
from services.notifier.mailer import HandOverResult, Mailer
from services.notifier.rendering import EmailRenderer
from services.notifier.writer import Writer
from shared.contracts.events import CodeIssued, EmailDue
from shared.contracts.message import Message
from shared.domain.decision import Decision, Situation
from shared.security.sealing import Sealer
from shared.settings.loading import key_ring
from shared.settings.processes import NotifierSettings
from shared.worker import Worker


def wire(worker: Worker[NotifierSettings]) -> None:
    """Wires the notifier's steps."""
    settings = worker.settings
    writer = Writer(
        EmailRenderer(settings),
        storage=Sealer(key_ring(settings, "storage")),
        codes=Sealer(key_ring(settings, "code_email")),
    )
    mailer = Mailer(settings, writer)

    @worker.takes(CodeIssued, gather=_gather_nothing, effect=mailer.hand_over)
    def send_code(event: CodeIssued, situation: Situation, handed_over: HandOverResult | None) -> Decision:
        return steps.send_code(event, situation, handed_over)

    @worker.takes(EmailDue, gather=_gather_nothing, effect=mailer.hand_over)
    def send_email(event: EmailDue, situation: Situation, handed_over: HandOverResult | None) -> Decision:
        return steps.send_email(event, situation, handed_over)


async def _gather_nothing(_message: Message, _situation: Situation) -> HandOverResult | None:
    """Gathers nothing: the first decision needs only the application."""
    return None
