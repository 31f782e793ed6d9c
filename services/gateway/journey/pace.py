"""When to ask the workers for news while somebody waits: first when it is usually there, then ever more rarely."""

ASKED_AT = (0.15, 0.4, 1.0, 2.0, 4.0)
ASKED_EVERY = 5.0
"""Seconds of a wait at which to ask for news, and seconds between later questions. A question costs everybody."""

LATEST = 0.5
"""Seconds of a wait after which the first question is never later, however slow the workers are."""

TOO_SOON, IN_TIME = 1.2, 0.94
"""What a first question multiplies the next one's time by: one in four comes too soon, the others a little late."""

MOMENT = 0.01
"""Seconds before a time that count as this time: sleeping may end a little early."""


class Pace:
    """The time of the first question in one kind of wait, learned from earlier waits.

    A question that comes too soon has to come again, and one that comes late keeps somebody waiting.
    """

    def __init__(self) -> None:
        self.first_at = ASKED_AT[0]
        """Seconds of a wait at which the next first question comes."""

    def learn(self, *, in_time: bool) -> None:
        """Takes note whether a first question was answered with all that the person waited for."""
        moved = self.first_at * (IN_TIME if in_time else TOO_SOON)
        self.first_at = max(ASKED_AT[0], min(moved, LATEST))


def count_pause(waited: float, first_at: float = ASKED_AT[0]) -> float:
    """Seconds until the next question, by the seconds that the person has waited.

    If the first question comes later, so do all others.
    """
    later = first_at - ASKED_AT[0]
    return next((at + later - waited for at in ASKED_AT if at + later > waited + MOMENT), ASKED_EVERY)
