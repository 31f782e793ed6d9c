"""What a step decides about a message: plain data, carried out by the worker loop."""

from dataclasses import dataclass

from shared.contracts.email_kind import EmailKind
from shared.contracts.message import Event, Reply
from shared.domain.account import Account
from shared.domain.application import Application
from shared.domain.errors import PermanentFailure, TransientFailure


@dataclass(frozen=True)
class Decision:
    """What is to be stored, answered and sent on.

    Without an application nothing is stored and nothing remembered: the message changed nothing, and a repeat is
    decided again. An `account` is stored in the same transaction. An email to `hand_over` goes to the mail server once
    the application is stored, and the step decides again with what came of it. Of `trouble` the loop is told after
    storing: the message is tried again, or parked.
    """

    application: Application | None = None
    reply: Reply | None = None
    follow_ups: tuple[Event, ...] = ()
    account: Account | None = None
    hand_over: EmailKind | None = None
    trouble: TransientFailure | PermanentFailure | None = None

    @property
    def finished(self) -> bool:
        """Whether this is the message's outcome, to be remembered if something changed."""
        return self.hand_over is None and self.trouble is None
