"""What the notifier takes: the code letter, and every other letter that is due."""

from services.notifier import steps
from services.notifier.letter import Letters
from services.notifier.mailer import HandedOver, Mailer
from services.notifier.writer import Writer
from shared.contracts.events import CodeIssued, LetterDue
from shared.contracts.message import Message
from shared.domain.decision import Decision
from shared.messaging.step import Situation
from shared.security.sealing import Sealer
from shared.settings import key_ring
from shared.worker import Worker


def wire(worker: Worker) -> None:
    """Wires the notifier's steps."""
    settings = worker.settings
    writer = Writer(
        Letters(settings),
        storage=Sealer(key_ring(settings, "storage")),
        codes=Sealer(key_ring(settings, "code_letter")),
    )
    mailer = Mailer(settings, writer)

    @worker.takes(CodeIssued, gather=_nothing_yet, hand_over=mailer.hand_over)
    def send_code(event: CodeIssued, situation: Situation, handed_over: HandedOver | None) -> Decision:
        return steps.send_code(event, situation, handed_over)

    @worker.takes(LetterDue, gather=_nothing_yet, hand_over=mailer.hand_over)
    def send_letter(event: LetterDue, situation: Situation, handed_over: HandedOver | None) -> Decision:
        return steps.send_letter(event, situation, handed_over)


async def _nothing_yet(_message: Message, _situation: Situation) -> HandedOver | None:
    """Before the letter is handed over there is nothing to know but the application."""
    return None
