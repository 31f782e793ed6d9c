"""What the notifier decides. Plain functions: what they need is given to them.

Each is asked twice: first whether the letter goes out, then, once it was handed over, what is written down about it.
"""

from services.notifier.mailer import HandedOver
from shared.contracts.events import CodeIssued, LetterDue
from shared.domain.application import Application
from shared.domain.decision import Decision
from shared.domain.letter import LetterKind, LetterStatus
from shared.domain.problem import Problem
from shared.domain.state import State
from shared.domain.trouble import Poison, Transient
from shared.messaging.step import Situation

CODE = LetterKind.VERIFICATION_CODE


def send_code(event: CodeIssued, situation: Situation, handed_over: HandedOver | None) -> Decision:
    """Sends the code letter, only while the application awaits its code; then erases the sealed code.

    A mail server that refuses its recipient's address ends the application: nobody will ever read the code. Trouble of
    ours does not: the person is told, and an operator may yet send the letter back.
    """
    application, now, cause = situation.application, situation.now, event.name()
    if application is None:
        raise Poison("there is no such application")
    if handed_over is None:
        if application.state is not State.AWAITING_CODE:
            return Decision()
        if now >= event.expires_at:
            raise Poison("the code expired before its letter could be handed over")
        return _claim(application, CODE, situation)
    settled = application.letter_settled(CODE, handed_over.status, now, cause, handed_over.told, claim=situation.claim)
    status = settled.letters[CODE].status
    if status is LetterStatus.SENT:
        return Decision(settled.without_code_letter())
    if status is LetterStatus.REFUSED and settled.state is State.AWAITING_CODE:
        settled = settled.rejected(Problem.POC_EMAIL_REFUSED, now, cause)
    return Decision(settled, trouble=_trouble(status, handed_over))


def send_letter(event: LetterDue, situation: Situation, handed_over: HandedOver | None) -> Decision:
    """Sends a letter about an application that was decided."""
    application, kind = situation.application, event.letter
    if application is None:
        raise Poison("there is no such application")
    if handed_over is None:
        return _claim(application, kind, situation)
    settled = application.letter_settled(
        kind, handed_over.status, situation.now, event.name(), handed_over.told, claim=situation.claim
    )
    return Decision(settled, trouble=_trouble(settled.letters[kind].status, handed_over))


def _trouble(status: LetterStatus, handed_over: HandedOver) -> Transient | Poison | None:
    """What the loop is to do about a letter that now stands so."""
    if status is LetterStatus.SENT:
        return None
    if status is LetterStatus.SENDING:
        return Transient("another notifier has claimed this letter since")
    return handed_over.trouble


def _claim(application: Application, kind: LetterKind, situation: Situation) -> Decision:
    """Claims the letter for this process, unless it went out already or another process is at it.

    A message that an operator sent back is no longer among the dead letters.
    """
    letter = application.letters.get(kind)
    if letter and letter.status is LetterStatus.SENT:
        return Decision()
    if letter and letter.leased_until and situation.now < letter.leased_until:
        raise Transient("another notifier is handing this letter over")
    claimed = application.letter_claimed(kind, situation.now).without_parked(situation.message_id)
    return Decision(claimed, hand_over=kind)
