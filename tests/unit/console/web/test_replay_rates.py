"""How fast the console sends dead letters back."""

import pytest

from services.console.dead_letters.pace import USUAL_RATE
from services.console.dead_letters.replay import DISCARD, REPLAY
from services.console.web.pages.dead_letter_actions import read_rate


@pytest.mark.parametrize(
    ("typed", "action", "rate"),
    [("", REPLAY, USUAL_RATE), (" ", REPLAY, USUAL_RATE), ("5", REPLAY, 5.0), ("", DISCARD, None), ("5", DISCARD, 5.0)],
)
def test_a_replay_without_a_rate_does_not_flood_what_has_just_come_back(
    typed: str, action: str, rate: float | None
) -> None:
    assert read_rate(typed, action) == rate


@pytest.mark.parametrize("typed", ["fast", "0", "-1", "nan"])
def test_what_is_no_rate_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=typed):
        read_rate(typed, REPLAY)
