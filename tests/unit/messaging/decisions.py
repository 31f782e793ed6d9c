"""What a step may decide, for tests of what carries it out."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from shared.contracts.events import ApplicationSubmitted
from shared.contracts.replies import ApplicationAbandoned
from shared.contracts.state import State
from shared.domain.decision import Decision, Situation
from shared.domain.errors import TransientFailure
from tests.unit.messaging.rig import APPLICATION, an_email_due


def raises(failure: BaseException) -> Callable[..., Decision]:
    """A decision that fails."""

    def decide(*_: Any) -> Decision:
        raise failure

    return decide


def abandons(_message: Any, situation: Situation, _facts: Any) -> Decision:
    """A decision that changes the application, and says nothing."""
    assert situation.stored
    return Decision(situation.stored.move_to(State.ABANDONED, situation.now, "check-code"))


def abandons_and_tells(message: Any, situation: Situation, facts: Any) -> Decision:
    """A decision that changes the application, replies, and publishes two messages."""
    return replace(
        abandons(message, situation, facts),
        reply=ApplicationAbandoned(application_id=APPLICATION),
        follow_ups=(ApplicationSubmitted(application_id=APPLICATION), an_email_due()),
    )


def changes_nothing(*_: Any) -> Decision:
    return Decision()


away_for_now = raises(TransientFailure("the database is away"))
